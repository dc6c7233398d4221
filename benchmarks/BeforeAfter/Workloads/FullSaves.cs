using BeforeAfter.Contract;
using Measuring;

namespace BeforeAfter.Workloads;

/// <summary>Full snapshots of a table.</summary>
internal sealed class FullSaves(Settings settings) : Workload
{
    // A larger one would only take longer.
    private const int MostRows = 1_000_000;
    private const double MostSlower = 0.02;

    private readonly int _rows = Math.Min(MostRows, settings.Rows);

    public override IReadOnlyList<Verb> Verbs { get; } =
        [new("save.full", MostSlower, Math.Min(MostRows, settings.Rows), Quads: 1, IsOnOneThread: false)];

    public override Func<IDriver, Work> Draw(int round) => driver =>
    {
        var folder = Path.Combine(settings.Folder, Path.GetRandomFileName());
        var table = new RowTable(driver, new TablePlan(settings.Dimension, UpdateRule.Adagrad, folder), _rows, batchSize: 1);
        return new Work(table, [_ => table.Save(_rows)], () => table.Read([ScatteredIds.Of(0)]));
    };
}
