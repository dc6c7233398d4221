using Measuring;
using Monolith.Embeddings.Tables;
using TableRatios.Flat;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>
/// What a lookup costs in larger and larger tables, against gathering as many rows by number: more rows mean more page walks, for both. At
/// the largest the two do not fit into memory together, so at each size the table comes first, and then the flat rows, on the same memory.
/// </summary>
internal sealed class LargeTables(RatioContext context) : Measurement(context)
{
    private const string Growth = "lookup.large.growth_vs_flat";

    // 60 million rows of dimension 16 under Adagrad take 9 GB.
    private static readonly (string Name, int Rows)[] Sizes =
    [
        ("lookup.large.rows1m.vs_flat_gather", 1_000_000), ("lookup.large.rows10m.vs_flat_gather", 10_000_000),
        ("lookup.large.rows60m.vs_flat_gather", 60_000_000),
    ];

    public override IReadOnlyList<string> Names { get; } = [Growth, .. Sizes.Select(size => size.Name)];

    // Only where a filter asks for so large a table.
    public override bool IsWanted => Context.Settings.Filter.Length > 0 && base.IsWanted;

    public override void Run()
    {
        var ratios = new List<double>();
        foreach (var (name, rows) in Sizes.Where(size => Context.IsWanted(size.Name) || Context.IsWanted(Growth)))
        {
            var batches = IdBatches.Uniform(rows, RatioContext.BatchSize, RatioContext.Batches, new Random(1));
            var (ours, stride) = TimeTable(rows, batches);
            var flat = TimeFlat(rows, stride, batches);
            ratios.Add(ours / flat);
            Context.Report.Print(name, ratios[^1]);
            Context.Report.Print(name + ".ns", ours);
            Context.Report.Print(name + ".flat_ns", flat);
        }
        if (ratios.Count == Sizes.Length) Context.Report.Print(Growth, ratios[2] / ratios[1]);
    }

    private (double Nanoseconds, int Stride) TimeTable(int rows, IdBatches batches)
    {
        var settings = Context.Settings with { Rows = rows };
        WarmMemory.Touch(BenchmarkTables.AdagradBytes(settings));
        using var table = new EmbeddingTable(BenchmarkTables.Adagrad(settings), BenchmarkTables.SetOptions);
        new TableFiller(table).Fill(0, rows, RatioContext.EventTime);
        return (Time(batch => table.Lookup(batches.Ids(batch), Context.Output)), table.RowBytes);
    }

    private double TimeFlat(int rows, int stride, IdBatches batches)
    {
        // Memory that the machine gives for the first time would be slower than what the table had.
        WarmMemory.Touch((long)rows * stride);
        using var flat = new FlatRows(rows, stride, Context.Settings.Dimension);
        flat.Fill(0.1f);
        return Time(batch => flat.Gather(batches.Numbers(batch), Context.Output));
    }

    // The median of the rounds, in nanoseconds an id; the first warms up.
    private double Time(Action<int> batch)
    {
        var times = new List<double>();
        for (var round = 0; round <= Context.Settings.Rounds; round++)
        {
            var start = BatchTime.Now;
            RatioContext.Each(round, RatioContext.BatchesATurn, batch);
            var time = (BatchTime.Now - start).Compared * 1e6 / (RatioContext.BatchesATurn * RatioContext.BatchSize);
            if (round > 0) times.Add(time);
        }
        return Interleaved.Median(times);
    }
}
