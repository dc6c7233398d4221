using BeforeAfter.Contract;

namespace BeforeAfter.Workloads;

/// <summary>
/// A table so small that its rows and gradients stay in a core's second cache: each batch has all rows. What a verb computes shows here,
/// and not behind the memory.
/// </summary>
/// <param name="settings">The folder.</param>
/// <param name="rule">How rows learn.</param>
/// <param name="mostSlower">The bar of updates; null for none.</param>
internal sealed class CachedTable(Settings settings, UpdateRule rule, double? mostSlower) : Workload
{
    private const int Rows = 512, Dimension = 64, BatchesATurn = 128, Batches = 16, Quads = 4;

    private const double MostSlowerWithState = 0.1;

    /// <summary>
    /// Rules with state, whose updates have a bar, and one without, whose arithmetic is so short that any check would show.
    /// </summary>
    public static IEnumerable<CachedTable> All(Settings settings) =>
    [
        new(settings, UpdateRule.Sgd, mostSlower: null),
        new(settings, UpdateRule.Adagrad, MostSlowerWithState),
        new(settings, UpdateRule.Ftrl, MostSlowerWithState),
        new(settings, UpdateRule.Adam, MostSlowerWithState),
    ];

    public override IReadOnlyList<Verb> Verbs { get; } =
        [new($"cached.update.{rule.ToString().ToLowerInvariant()}", mostSlower, Rows * BatchesATurn, Quads)];

    public override Func<IDriver, Work> Draw(int round)
    {
        var random = new Random(round);
        var batches = IdBatches.Shuffled(Rows, Batches, random);
        var gradients = RowTable.Values(Rows * Dimension, random);
        return driver =>
        {
            var table = new RowTable(driver, new TablePlan(Dimension, rule, settings.Folder), Rows, Rows);
            return new Work(table, [_ => Update(table, batches, gradients)], () => table.Read(batches[0]));
        };
    }

    private static void Update(RowTable table, IdBatches batches, float[] gradients)
    {
        for (var batch = 0; batch < BatchesATurn; batch++) table.Update(batches[batch], gradients);
    }
}
