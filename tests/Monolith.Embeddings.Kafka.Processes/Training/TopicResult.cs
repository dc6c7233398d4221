using System.Globalization;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Kafka.Processes.Training;

/// <summary>What a training came to, to the bit: rows and weights of each table, and the dense weights.</summary>
/// <param name="Examples">How many examples it learned from.</param>
/// <param name="Rows">A line for each row: table, id and weights.</param>
/// <param name="Dense">The dense weights, as hexadecimal bits.</param>
public sealed record TopicResult(long Examples, IReadOnlyList<string> Rows, string Dense)
{
    public static TopicResult Of(EmbeddingTableSet tables, OnlineModel model, long examples) => new(
        examples, [.. tables.Tables.SelectMany(RowsOf)], string.Join(' ', model.Parameters.SelectMany(WeightsOf).Select(Bits)));

    /// <summary>Everything as lines.</summary>
    public string[] Lines() => [Examples.ToString(CultureInfo.InvariantCulture), .. Rows, Dense];

    private static IEnumerable<string> RowsOf(EmbeddingTable table)
    {
        long[] ids = [.. table.EnumerateIds().Order()];
        var weights = new float[ids.Length * table.Dimension];
        table.Lookup(ids, weights);
        for (var i = 0; i < ids.Length; i++)
        {
            var row = weights.AsSpan(i * table.Dimension, table.Dimension).ToArray();
            yield return $"{table.Name} {ids[i]} {string.Join(' ', row.Select(Bits))}";
        }
    }

    private static float[] WeightsOf(DenseParameter parameter)
    {
        var weights = new float[parameter.Length];
        parameter.Read(weights);
        return weights;
    }

    private static string Bits(float value) => BitConverter.SingleToUInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture);
}
