using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using TableRatios.Flat;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>
/// A search for the 20 largest dot products over all rows, with a bias and a vector, on one thread, against reading the same memory: all
/// bytes of the rows with their optimizer state, in whose lines the weights stand. And several queries in one pass against one.
/// </summary>
internal sealed class TopKSearches(RatioContext context) : Measurement(context)
{
    private const string Single = "topk.single.vs_reading", Batch = "topk.batch16.query_vs_single", Two = "topk.threads2.vs_threads1";
    private const int K = 20, Queries = 16;

    public override IReadOnlyList<string> Names { get; } = [Single, Batch, Two];

    public override void Run()
    {
        var options = BenchmarkTables.Adagrad(Context.Settings);
        options.Segments.Insert(0, new SegmentOptions { Name = "bias", Optimizer = new AdagradOptions() });
        using var table = new EmbeddingTable(options, BenchmarkTables.SetOptions);
        WarmMemory.Touch(2 * BenchmarkTables.AdagradBytes(Context.Settings));
        new TableFiller(table).Fill(0, Context.Settings.Rows, RatioContext.EventTime);
        using var flat = new FlatReading((long)Context.Settings.Rows * table.RowBytes);
        var random = new Random(1);
        float[] queries = [.. Enumerable.Range(0, Queries * table.Dimension).Select(_ => random.NextSingle() - 0.5f)];
        var (ids, scores, found, sum) = (new long[Queries * K], new float[Queries * K], new int[Queries], 0f);
        void Search(int threads) => table.TopK(
            queries.AsSpan(0, table.Dimension), ids.AsSpan(0, K), scores.AsSpan(0, K), maxDegreeOfParallelism: threads);
        Context.Compare(Single, "row_ns", _ => Search(1), "flat_row_ns", _ => sum += flat.Read(), Context.Settings.Rows);
        Context.Compare(Batch, "row_ns", _ => table.TopK(queries, K, ids, scores, found), "single_row_ns", _ =>
        {
            for (var i = 0; i < Queries; i++) Search(1);
        }, (long)Context.Settings.Rows * Queries);
        if (Context.IsWanted(Two)) CompareThreads(Search);
        GC.KeepAlive(sum);
    }

    // By the clock: what helpers take of a processor is not this thread's.
    private void CompareThreads(Action<int> search)
    {
        var ratios = new List<double>();
        for (var round = 0; round < Context.Settings.Rounds; round++)
            ratios.Add(Measuring.Interleaved.Time(() => search(2)) / Measuring.Interleaved.Time(() => search(1)));
        Context.Report.Print(Two, Measuring.Interleaved.Median(ratios));
    }
}
