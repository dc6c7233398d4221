using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Stores;

/// <summary>All that the public members tell of a set's rows, as text by table and id, to be compared.</summary>
internal static class SetState
{
    public static SortedDictionary<string, string> Of(EmbeddingTableSet set)
    {
        var state = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < set.Tables.Count; index++) Add(state, index, set.Tables[index]);
        return state;
    }

    /// <summary>The first difference, or null.</summary>
    public static string? Difference(SortedDictionary<string, string> expected, SortedDictionary<string, string> actual)
    {
        foreach (var (key, value) in expected)
        {
            if (!actual.TryGetValue(key, out var other)) return $"{key} is lost ({expected.Count} expected, {actual.Count} there)";
            if (other != value) return $"{key} was {value}, is {other}";
        }
        foreach (var key in actual.Keys)
            if (!expected.ContainsKey(key)) return $"{key} came from nowhere ({expected.Count} expected, {actual.Count} there)";
        return null;
    }

    private static void Add(SortedDictionary<string, string> state, int index, EmbeddingTable table)
    {
        var rows = 0L;
        foreach (var chunk in table.EnumerateRows())
        {
            for (var row = 0; row < chunk.Count; row++, rows++)
            {
                var weights = chunk.Weights.Slice(row * table.Dimension, table.Dimension);
                if (!state.TryAdd($"{index}/{chunk.Ids[row]}",
                    Row(table, chunk.Ids[row], (uint)(chunk.LastUpdatesMilliseconds[row] / 1000), weights)))
                    Assert.Fail($"table {index} enumerates id {chunk.Ids[row]} twice");
            }
        }
        Assert.That(table.Count, Is.EqualTo(rows), $"rows of table {index} that are counted, and that are enumerated");
        state[$"{index}/pending"] = table.GetStatistics().PendingIds.ToString(CultureInfo.InvariantCulture);
    }

    private static string Row(EmbeddingTable table, long id, uint lastUpdate, ReadOnlySpan<float> weights)
    {
        var told = table.Explain(id);
        var text = new StringBuilder(Convert.ToHexString(MemoryMarshal.AsBytes(weights.Length > 64 ? weights[..64] : weights)));
        text.Append(CultureInfo.InvariantCulture, $" at {lastUpdate} frequency {told.Frequency} admitted {told.AdmittedAt?.InSeconds()}");
        foreach (var segment in told.Segments.Take(16))
            text.Append(CultureInfo.InvariantCulture, $" {segment.WeightNorm}:{segment.StateNorm}");
        return text.ToString();
    }
}
