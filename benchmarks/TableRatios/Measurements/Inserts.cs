using Measuring;
using Monolith.Embeddings.Tables;
using TableRatios.Flat;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>Growing from empty, a batch at a time: against a dictionary of arrays, and the longest batches on the way.</summary>
internal sealed class Inserts(RatioContext context) : Measurement(context)
{
    private const string Ratio = "insert.vs_concurrent_dictionary", Longest = "insert.longest_batch_ms";

    // The dictionary is filled in so many parts, between which warm memory is given back.
    private const int Parts = 256;

    public override IReadOnlyList<string> Names { get; } = [Ratio, Longest];

    public override void Run()
    {
        var (passes, ours, theirs) = (new List<LongestBatches>(), new List<double>(), new List<double>());
        for (var pass = 0; pass < Context.Settings.Passes; pass++)
        {
            passes.Add(new LongestBatches());
            ours.Add(FillTable(passes[^1]));
            if (Context.IsWanted(Ratio)) theirs.Add(FillDictionary());
        }
        if (Context.IsWanted(Longest)) PrintLongest(Longest, passes);
        if (!Context.IsWanted(Ratio)) return;
        PrintMedian(Ratio, ours.Zip(theirs, (our, their) => their / our));
        PrintMedian(Ratio + ".ns", ours);
        PrintMedian(Ratio + ".dictionary_ns", theirs);
    }

    private double FillTable(LongestBatches longest)
    {
        using var warm = new WarmMemory(BenchmarkTables.AdagradBytes(Context.Settings));
        using var table = new EmbeddingTable(BenchmarkTables.Adagrad(Context.Settings), BenchmarkTables.SetOptions);
        var total = default(BatchTime);
        var filler = new TableFiller(table)
        {
            Filled = (rows, time) =>
            {
                warm.Release((double)rows / Context.Settings.Rows);
                total += time;
                longest.Add(time);
            },
        };
        filler.Fill(0, Context.Settings.Rows, RatioContext.EventTime);
        return total.Elapsed * 1e6 / Context.Settings.Rows;
    }

    private double FillDictionary()
    {
        // The dictionary of the pass before goes now, not while this one grows.
        GC.Collect();
        using var warm = new WarmMemory(DictionaryLookups.Bytes(Context.Settings));
        var dictionary = new DictionaryRows(Context.Settings.Dimension);
        var (rows, total) = (Context.Settings.Rows, 0.0);
        for (var part = 0; part < Parts; part++)
        {
            warm.Release((double)part / Parts);
            var (from, to) = ((int)((long)rows * part / Parts), (int)((long)rows * (part + 1) / Parts));
            total += Interleaved.Time(() => dictionary.Fill(from, to));
        }
        return total / rows;
    }
}
