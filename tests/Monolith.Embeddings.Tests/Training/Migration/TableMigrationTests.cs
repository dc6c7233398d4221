using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>Changes of a table's options, or of a slot's, alone.</summary>
public class TableMigrationTests
{
    private static readonly Shape Before = new();
    private static readonly long[] Ids = [.. Enumerable.Range(0, 60)];

    [Test]
    public async Task A_changed_pooling_keeps_rows_and_weights_and_the_report_says_it()
    {
        var after = Before with { Slots = [.. Before.Slots.Take(2), ("liked", "items", Pooling.Sum)] };
        var (report, was, now) = await MigrateAsync(after);
        using var _ = was;
        using var __ = now;
        Assert.That(report.Parts.Where(part => part.Kind is MigratedPartKind.Table or MigratedPartKind.Dense)
            .Select(part => part.Outcome), Is.All.EqualTo(MigrationOutcome.Kept), report.ToText());
        var slot = report.Parts.Single(part => part.Kind == MigratedPartKind.Slot && part.Name == "liked");
        Assert.That(slot.Outcome, Is.EqualTo(MigrationOutcome.KeptInPart));
        Assert.That(slot.Reason, Does.Contain("Mean").And.Contain("Sum"));
        // The bytes of a model name its schema.
        Assert.That(WithoutModel(now), Is.EqualTo(WithoutModel(was)));
        foreach (var name in Save(was).Names.Where(Save(was).IsFloats))
            Assert.That(Floats(Save(now), name), Is.EqualTo(Floats(Save(was), name)), name);
        // Another sum is another prediction, and the probe says by how much.
        Assert.That(report.Probe!.LargestChange, Is.Positive);
        Assert.That(report.Probe.Unchanged, Is.InRange(1, report.Probe.Predictions - 1));
    }

    [Test]
    public async Task Another_precision_rounds_the_weights_and_goes_back_without_loss()
    {
        var half = Before with { Precision = RowPrecision.Float16 };
        var (old, next, third) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new MemorySnapshotStore());
        await Migrated.TrainAsync(old, Before, 640);
        var report = await Migrated.RunAsync(old, Before, next, half);
        await Migrated.RunAsync(next, half, third, Before);
        Assert.That(report.Parts.Single(part => part.Name == "items/vector").Reason,
            Does.Contain("weights of Float32 are rounded to Float16"));
        using var was = await Migrated.FromAsync(old, Before);
        using var rounded = await Migrated.FromAsync(next, half);
        using var back = await Migrated.FromAsync(third, Before);
        var (exact, halves) = (WeightsOf(was), WeightsOf(rounded));
        Assert.That(halves, Is.Not.EqualTo(exact));
        for (var i = 0; i < exact.Length; i++)
            Assert.That(halves[i], Is.EqualTo(i % 5 == 0 ? exact[i] : (float)(Half)exact[i]), $"{i}");
        Assert.That(WeightsOf(back), Is.EqualTo(halves));
        await Migrated.TrainAsync(next, half, 800);
    }

    [Test]
    public async Task Rows_whose_ids_carry_slots_now_begin_new_and_the_others_stay()
    {
        var (report, was, now) = await MigrateAsync(Before with { CarriesSlots = true });
        using var _ = was;
        using var __ = now;
        var table = report.Parts.Single(part => part.Kind == MigratedPartKind.Table && part.Name == "items");
        Assert.That((table.Outcome, table.Rows, table.Reason), Is.EqualTo((MigrationOutcome.New, (long?)0,
            "IdsCarrySlots was False and is True: the same id is another thing")));
        Assert.That((was.Tables["items"].Count > 0, now.Tables["items"].Count), Is.EqualTo((true, 0)));
        Assert.That(now.Tables["users"].Count, Is.EqualTo(was.Tables["users"].Count).And.Positive);
    }

    [TestCaseSource(nameof(Optimizers))]
    public async Task A_state_that_begins_is_the_one_of_weights_that_were_assigned(OptimizerOptions weights)
    {
        var (report, was, now) = await MigrateAsync(Before with { Weights = weights, Hidden = [8, 5] });
        using var _ = was;
        using var __ = now;
        var sections = Save(now);
        foreach (var name in (string[])["linear", "layers.0", "layers.1", "layers.2"])
        {
            var numbers = Floats(sections, name);
            var optimizer = weights.Create();
            var state = new float[optimizer.StateLength(numbers.Length)];
            optimizer.InitializeState(numbers, state);
            Assert.That(Floats(sections, $"{name}.state"), Is.EqualTo(state), $"{name}: {report.ToText()}");
        }
    }

    private static readonly OptimizerOptions[] Optimizers =
        [new FtrlOptions(), new AdagradOptions { InitialAccumulator = 0.3f }, new MomentumOptions()];

    private static async Task<(SchemaMigrationReport Report, Migrated Was, Migrated Now)> MigrateAsync(Shape after)
    {
        var (old, next) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await Migrated.TrainAsync(old, Before, 640);
        var report = await Migrated.RunAsync(old, Before, next, after, probe: 200);
        var (was, now) = (await Migrated.FromAsync(old, Before), await Migrated.FromAsync(next, after));
        await Migrated.TrainAsync(next, after, 800);
        return (report, was, now);
    }

    private static IEnumerable<string> WithoutModel(Migrated migrated) =>
        migrated.State.Where(line => !line.StartsWith("model ", StringComparison.Ordinal));

    private static float[] WeightsOf(Migrated migrated)
    {
        var table = migrated.Tables["items"];
        var weights = new float[Ids.Length * table.Dimension];
        Assert.That(table.Lookup(Ids, weights), Is.EqualTo(Ids.Length));
        return weights;
    }

    private static ModelSections Save(Migrated migrated)
    {
        var sections = new ModelSections();
        migrated.Model.Save(sections);
        return sections;
    }

    private static float[] Floats(ModelSections sections, string name) =>
        sections.Floats(name, sections.ShapeOf(name)).ToArray();
}
