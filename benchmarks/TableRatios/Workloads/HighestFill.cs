using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace TableRatios.Workloads;

/// <summary>The worst number of rows for finding: the index is as full as it gets just before its stripes grow.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Fill">The mean fill of the index there.</param>
internal readonly record struct HighestFill(int Rows, double Fill)
{
    // An index grows by a quarter, so that the next quarter of rows has one peak.
    private const double Range = 1.25;

    /// <summary>Fills a table of narrow rows with the same ids, and watches: an index depends on the ids alone.</summary>
    public static HighestFill Find(RatioSettings settings)
    {
        var narrow = settings with { Dimension = 1 };
        using var table = new EmbeddingTable(BenchmarkTables.Options(narrow, new SgdOptions()), BenchmarkTables.SetOptions);
        new TableFiller(table).Fill(0, settings.Rows, eventTime: 1);
        var highest = new HighestFill(settings.Rows, IndexFill.Mean(table, settings.Stripes));
        var watched = new TableFiller(table) { Filled = (rows, _) => highest = Higher(highest, new(rows, IndexFill.Mean(table, settings.Stripes))) };
        watched.Fill(settings.Rows, (int)(settings.Rows * Range), eventTime: 1);
        return highest;
    }

    private static HighestFill Higher(HighestFill one, HighestFill other) => other.Fill > one.Fill ? other : one;
}
