using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables.Observing;

/// <summary>
/// Shows the statistics of every living table as metrics. They are read when metrics are collected, and cost nothing else. Thread-safe.
/// </summary>
internal static partial class TableMeter
{
    private static readonly LivingParts<CollectedStatistics> Tables = new();
    private static int _instruments;

    static TableMeter() => AddInstruments();

    public static void Add(CollectedStatistics table) => Tables.Add(table);

    public static void Remove(CollectedStatistics table) => Tables.Remove(table);

    private static void Show<T>(InstrumentDescription shown, Func<EmbeddingTableStatistics, T> read)
        where T : struct => Show(shown, null, ("", read));

    private static void Show<T>(
        InstrumentDescription shown, string? tag, params (string Value, Func<EmbeddingTableStatistics, T> Read)[] parts)
        where T : struct
    {
        var instrument = _instruments++;
        IEnumerable<Measurement<T>> Observe() => TableMeter.Observe(instrument, tag, parts);
        EmbeddingMeter.Observed(shown, Observe);
    }

    private static IEnumerable<Measurement<T>> Observe<T>(
        int instrument, string? tag, (string Value, Func<EmbeddingTableStatistics, T> Read)[] parts)
        where T : struct
    {
        foreach (var table in Tables.All())
        {
            if (table.For(instrument) is not { } statistics) continue;
            var name = KeyValuePair.Create(InstrumentTags.Table, (object?)table.Table);
            foreach (var (value, read) in parts)
            {
                yield return tag is null
                    ? new Measurement<T>(read(statistics), name)
                    : new Measurement<T>(read(statistics), name, KeyValuePair.Create(tag, (object?)value));
            }
        }
    }
}
