using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>What else is learned beside rows and weights: bounds, moments, corrections, totals and slices.</summary>
public class LearnedMigrationTests
{
    private static readonly FeatureSchema Before = Create(["item"], ["click"]);

    [Test]
    public async Task Bounds_moments_and_slices_go_on_where_their_slot_has_another_place()
    {
        var after = Create(["other", "item"], ["click"]);
        var (old, next, report) = await MigrateAsync(after);
        var (was, now) = (await RestoreAsync(old, Before), await RestoreAsync(next, after));
        var bounds = now.Model.DerivedFeatures!.BoundsOf(SlotOf(after, "price bucket")).ToArray();
        Assert.That(bounds, Is.EqualTo(was.Model.DerivedFeatures!.BoundsOf(SlotOf(Before, "price bucket")).ToArray()));
        Assert.That(bounds, Has.Length.EqualTo(3));
        Assert.That(now.Model.DerivedFeatures.MomentsOf("price"), Is.EqualTo(was.Model.DerivedFeatures.MomentsOf("price")));
        Assert.That(now.Model.DerivedFeatures.MomentsOf("price").Deviation, Is.Positive);
        Assert.That(now.Sections["metrics-slices:Id:1"].ToArray(), Is.EqualTo(was.Sections["metrics-slices:Id:0"].ToArray()));
        Assert.That(now.Model.Calibration![after.Tasks[0]].Apply(0.3f), Is.EqualTo(was.Model.Calibration![Before.Tasks[0]].Apply(0.3f)));
        Assert.That(was.Model.Calibration[Before.Tasks[0]].Apply(0.3f), Is.Not.EqualTo(0.3f));
        Assert.That(Outcome(report, MigratedPartKind.Derived, "slot 'price bucket'"), Is.EqualTo(MigrationOutcome.Kept));
        await TrainAsync(next, after, 500);
    }

    [Test]
    public async Task Corrections_and_totals_go_with_their_task_and_slices_begin_anew_where_tasks_change()
    {
        var after = Create(["item"], ["buy", "click"]);
        var (old, next, report) = await MigrateAsync(after);
        var (was, now) = (await RestoreAsync(old, Before), await RestoreAsync(next, after));
        var click = after.Tasks[1];
        Assert.That(now.Model.Calibration![click].Apply(0.3f), Is.EqualTo(was.Model.Calibration![Before.Tasks[0]].Apply(0.3f)));
        Assert.That(now.Model.Calibration[after.Tasks[0]].Apply(0.3f), Is.EqualTo(0.3f));
        Assert.That(now.Sections.Keys.Where(name => name.StartsWith("metrics-slic", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Outcome(report, MigratedPartKind.Section, "metrics-slices:Id:0"), Is.EqualTo(MigrationOutcome.Dropped));
        Assert.That(Outcome(report, MigratedPartKind.Calibration, "buy"), Is.EqualTo(MigrationOutcome.New));
        var (before, uncorrected) = (new ProgressiveMetrics(Before), new ProgressiveMetrics(after));
        Load(before, was.Sections["uncorrected-metrics"]);
        Load(uncorrected, now.Sections["uncorrected-metrics"]);
        Assert.That(uncorrected.Total(click), Is.EqualTo(before.Total(Before.Tasks[0])));
        Assert.That((uncorrected.Total(click).Examples, uncorrected.Total(after.Tasks[0]).Examples), Is.EqualTo((400L, 0L)));
        await TrainAsync(next, after, 500);
    }

    [Test]
    public async Task Other_quantiles_are_learned_anew()
    {
        var (_, next, report) = await MigrateAsync(Create(["item"], ["click"], buckets: 6));
        Assert.That(Outcome(report, MigratedPartKind.Derived, "slot 'price bucket'"), Is.EqualTo(MigrationOutcome.New));
        Assert.That(Outcome(report, MigratedPartKind.Derived, "dense feature 'price'"), Is.EqualTo(MigrationOutcome.Kept));
        await TrainAsync(next, Create(["item"], ["click"], buckets: 6), 500);
    }

    private static FeatureSchema Create(string[] slots, string[] tasks, int buckets = 4)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("t", row => row.Bias(new FtrlOptions()).Vector(4, new AdagradOptions(), new UniformInitializerOptions()));
        var price = f.Number("price");
        foreach (var slot in slots) f.Slot(slot, "t");
        f.Buckets("price bucket", "t", price, BucketBounds.Quantiles(buckets, 100));
        f.Normalized("price", price);
        foreach (var task in tasks) f.Task(task);
        return f.Build();
    }

    private static async Task<(SnapshotStore Old, SnapshotStore Next, SchemaMigrationReport Report)> MigrateAsync(FeatureSchema after)
    {
        var (old, next) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(old, Before, 400);
        using var tables = Shape.CreateTables(after);
        return (old, next, await new SchemaMigration(old, new DeepFm(Before), tables, new DeepFm(after)).RunAsync(next));
    }

    private static async Task TrainAsync(SnapshotStore store, FeatureSchema schema, int examples)
    {
        var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter writer) =>
        {
            writer.Id(SlotOf(schema, "item"), i % 7).Number(schema.Numbers[0], (i * 37 % 101) + 1);
            foreach (var task in schema.Tasks) writer.Label(task, i % 3 == 0);
            writer.At(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + i));
        });
        var options = new OnlineTrainerOptions { Calibration = new() { Memory = 1000 } };
        options.Metrics.Slices.Add(new() { Slot = "item", By = SliceBy.Id, MaxSlices = 3 });
        using var tables = Shape.CreateTables(schema);
        using var model = new DeepFm(schema);
        var source = ExampleSource.From(() => Enumerable.Range(0, examples), encoder, 20);
        await using var trainer = new OnlineTrainer(tables, model, source, store, options);
        Assert.That((await trainer.RunAsync()).Examples, Is.EqualTo(examples));
    }

    private static async Task<(OnlineModel Model, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections)> RestoreAsync(
        SnapshotStore store, FeatureSchema schema)
    {
        using var tables = Shape.CreateTables(schema);
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        var restored = await RestoredSnapshot.RestoreAsync(store, manifest!, tables, 1, null, CancellationToken.None);
        var model = new DeepFm(schema);
        model.Load(new MemoryStream(restored.Sections[SnapshotChain.ModelSection].ToArray()));
        return (model, restored.Sections);
    }

    private static void Load(ProgressiveMetrics metrics, ReadOnlyMemory<byte> bytes)
    {
        var fields = new Monolith.Embeddings.Validation.FieldReader(bytes.Span);
        metrics.Load(ref fields);
    }

    private static FeatureSlot SlotOf(FeatureSchema schema, string name) => schema.Slots.Single(slot => slot.Name == name);

    private static MigrationOutcome Outcome(SchemaMigrationReport report, MigratedPartKind kind, string name) =>
        report.Parts.Single(part => part.Kind == kind && part.Name == name).Outcome;
}
