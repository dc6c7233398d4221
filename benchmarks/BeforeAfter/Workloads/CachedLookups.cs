using BeforeAfter.Contract;

namespace BeforeAfter.Workloads;

/// <summary>Lookups in a table that stays in a core's second cache; for information.</summary>
internal sealed class CachedLookups(Settings settings) : Workload
{
    private const int Rows = 512, Dimension = 64, BatchesATurn = 256, Batches = 16, Quads = 4;

    public override IReadOnlyList<Verb> Verbs { get; } = [new("cached.lookup", MostSlower: null, Rows * BatchesATurn, Quads)];

    public override Func<IDriver, Work> Draw(int round)
    {
        var batches = IdBatches.Shuffled(Rows, Batches, new Random(round));
        return driver =>
        {
            var table = new RowTable(driver, new TablePlan(Dimension, UpdateRule.Adagrad, settings.Folder), Rows, Rows);
            return new Work(table, [_ => Look(table, batches)], () => table.Read(batches[0]));
        };
    }

    private static void Look(RowTable table, IdBatches batches)
    {
        for (var batch = 0; batch < BatchesATurn; batch++) table.Lookup(batches[batch]);
    }
}
