using Monolith.Embeddings.Tables;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>All bytes of a table less weights and optimizer state, by row: the worst of many sizes around the one asked for.</summary>
internal sealed class MemoryOverhead(RatioContext context) : Measurement(context)
{
    private const double From = 0.8, To = 1.2;
    private const int Samples = 128;

    public override IReadOnlyList<string> Names { get; } = ["memory.overhead_bytes_per_row"];

    public override void Run()
    {
        var settings = Context.Settings;
        using var tables = new EmbeddingTableSet(new TableSchema([BenchmarkTables.Adagrad(settings)]), BenchmarkTables.SetOptions);
        var filler = new TableFiller(tables.Tables[0]);
        var (worst, worstRows, total, filled) = (0.0, 0, 0.0, 0);
        for (var sample = 0; sample <= Samples; sample++)
        {
            var rows = (int)(settings.Rows * (From + (To - From) * sample / Samples));
            filler.Fill(filled, rows, RatioContext.EventTime);
            filled = rows;
            // Adagrad's state is as wide as the weights.
            var overhead = tables.MemoryBytes / (double)rows - 2 * settings.Dimension * sizeof(float);
            total += overhead;
            if (overhead > worst) (worst, worstRows) = (overhead, rows);
        }
        Context.Report.Print(Names[0], worst);
        Context.Report.Print(Names[0] + ".at_rows", worstRows);
        Context.Report.Print(Names[0] + ".mean", total / (Samples + 1));
    }
}
