using System.Globalization;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>Tables to export and import, and their rows in an order of their own.</summary>
internal static class ExchangeTable
{
    /// <summary>A table of a bias and a vector of 2, three weights a row as in the golden files.</summary>
    public static EmbeddingTable Create() => TestTable.Create(TestTable.Options(dimension: 2));

    public static EmbeddingTable Filled(int rows = 5000)
    {
        var table = Create();
        var ids = TestTable.Range(-rows / 2, rows);
        ids[0] = long.MinValue;
        ids[1] = long.MaxValue;
        for (var i = 0; i < rows; i += 100)
            table.Assign(ids.AsSpan(i, 100), TestTable.Values(100, 3, i), At.Seconds(1_700_000_000 + i));
        return table;
    }

    public static string[] RowsOf(EmbeddingTable table)
    {
        var rows = new List<string>();
        foreach (var chunk in table.EnumerateRows())
        {
            for (var i = 0; i < chunk.Count; i++) rows.Add(Row(chunk, i, table.Dimension));
        }
        rows.Sort(StringComparer.Ordinal);
        return [.. rows];
    }

    public static string Row(RowChunk chunk, int row, int dimension) => string.Create(
        CultureInfo.InvariantCulture,
        $"{chunk.Ids[row]} at {chunk.LastUpdatesMilliseconds[row] / 1000}: "
        + $"{string.Join(' ', Bits.Of(chunk.Weights.Slice(row * dimension, dimension)))}");
}
