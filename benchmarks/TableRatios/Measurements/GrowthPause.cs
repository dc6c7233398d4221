using Measuring;
using Monolith.Embeddings.Tables;
using TableRatios.Flat;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>How long one stripe stands still when its index grows at about 100,000 rows.</summary>
internal sealed class GrowthPause(RatioContext context) : Measurement(context)
{
    // A stripe grows by a quarter: it grows once between the two. Small batches take little time themselves.
    private const int From = 89_000, To = 112_000, BatchSize = 64;

    public override IReadOnlyList<string> Names { get; } = ["growth.pause_ms_at_100000_rows"];

    public override void Run() => PrintMedian(Names[0], Enumerable.Range(0, Context.Settings.Rounds).Select(_ => Pause()));

    private double Pause()
    {
        var settings = Context.Settings with { Rows = To, Stripes = 1 };
        WarmMemory.Touch(BenchmarkTables.AdagradBytes(settings));
        using var table = new EmbeddingTable(BenchmarkTables.Adagrad(settings), BenchmarkTables.SetOptions);
        new TableFiller(table).Fill(0, From, RatioContext.EventTime);
        var longest = new LongestBatches();
        new TableFiller(table, BatchSize) { Filled = (_, time) => longest.Add(time) }.Fill(From, To, RatioContext.EventTime);
        return longest.Elapsed[0];
    }
}
