using BeforeAfter.Contract;

namespace BeforeAfter.Workloads;

/// <summary>A table far larger than the caches: lookups and updates of ids that are all equally likely.</summary>
internal sealed class LargeTable(Settings settings) : Workload
{
    private const double MostSlower = 0.02;
    private const int BatchSize = 4096, BatchesATurn = 16, Batches = 512, Quads = 4;

    public override IReadOnlyList<Verb> Verbs { get; } =
    [
        new("lookup", MostSlower, BatchSize * BatchesATurn, Quads),
        new("update.adagrad", MostSlower, BatchSize * BatchesATurn, Quads),
    ];

    public override Func<IDriver, Work> Draw(int round)
    {
        var random = new Random(round);
        var batches = IdBatches.Uniform(settings.Rows, BatchSize, Batches, random);
        var gradients = RowTable.Values(BatchSize * settings.Dimension, random);
        return driver =>
        {
            var plan = new TablePlan(settings.Dimension, UpdateRule.Adagrad, settings.Folder);
            var table = new RowTable(driver, plan, settings.Rows, BatchSize);
            return new Work(
                table,
                [
                    turn => Each(turn, batch => table.Lookup(batches[batch])),
                    turn => Each(turn, batch => table.Update(batches[batch], gradients)),
                ],
                () => table.Read(batches[0]));
        };
    }

    private static void Each(int turn, Action<int> work)
    {
        for (var i = 0; i < BatchesATurn; i++) work(turn * BatchesATurn + i);
    }
}
