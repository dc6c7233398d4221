using BeforeAfter.Contract;

namespace BeforeAfter.Workloads;

/// <summary>A table far larger than the caches: lookups and updates of ids that are all equally likely.</summary>
/// <param name="settings">Its size.</param>
/// <param name="prefix">What the names of its results begin with.</param>
/// <param name="plan">The table.</param>
internal sealed class LargeTable(Settings settings, string prefix, TablePlan plan) : Workload
{
    private const double MostSlower = 0.02;
    private const int BatchSize = 4096, BatchesATurn = 16, Batches = 512, Quads = 4;

    public override IReadOnlyList<Verb> Verbs { get; } =
    [
        new($"{prefix}lookup", MostSlower, BatchSize * BatchesATurn, Quads),
        new($"{prefix}update.adagrad", MostSlower, BatchSize * BatchesATurn, Quads),
    ];

    /// <inheritdoc />
    public override int Plans => plan.HasBias || plan.IsHalf ? 1 : 0;

    /// <summary>Rows of a vector; the same behind a bias; the same with weights of 16 bits.</summary>
    public static IEnumerable<LargeTable> All(Settings settings)
    {
        var plan = new TablePlan(settings.Dimension, UpdateRule.Adagrad, settings.Folder);
        return
        [
            new(settings, "", plan),
            new(settings, "biased.", plan with { HasBias = true }),
            new(settings, "half.", plan with { IsHalf = true }),
        ];
    }

    public override Func<IDriver, Work> Draw(int round)
    {
        var random = new Random(round);
        var batches = IdBatches.Uniform(settings.Rows, BatchSize, Batches, random);
        var gradients = RowTable.Values(BatchSize * plan.Width, random);
        return driver =>
        {
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
