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

/// <summary>Sequences come and go as slots do.</summary>
public class SequenceMigrationTests
{
    private static readonly FeatureSchema One = Create("recent"), Two = Create("seen", "recent");

    [Test]
    public async Task A_sequence_that_is_added_changes_no_prediction_and_is_learned()
    {
        var (old, next) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(old, One, 320);
        var report = await MigrateAsync(old, One, next, Two);
        Assert.That((report.Probe!.Unchanged, report.Probe.Predictions), Is.EqualTo((200L, 200L)), report.ToText());
        Assert.That(OutcomeOf(report, "seen"), Is.EqualTo(MigrationOutcome.New));
        Assert.That(report.Parts.Single(part => part.Kind == MigratedPartKind.Dense).Reason, Is.EqualTo("of 9; new: slot 'seen'"));
        var (was, now) = (await WeightsAsync(old, One), await WeightsAsync(next, Two));
        Assert.That(now, Is.EqualTo((float[])[was[0], 0, 0, 0, 0, .. was[1..]]));
        Assert.That(was, Is.Not.All.EqualTo(0.5f));
        await TrainAsync(next, Two, 640);
        Assert.That((await WeightsAsync(next, Two))[1..5], Is.Not.All.Zero);
    }

    [Test]
    public async Task One_that_is_dropped_leaves_the_other_as_it_was()
    {
        var (old, next) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(old, Two, 320);
        var report = await MigrateAsync(old, Two, next, One);
        Assert.That(OutcomeOf(report, "seen"), Is.EqualTo(MigrationOutcome.Dropped));
        Assert.That(report.Parts.Single(part => part.Kind == MigratedPartKind.Table).Outcome, Is.EqualTo(MigrationOutcome.Kept));
        var (was, now) = (await WeightsAsync(old, Two), await WeightsAsync(next, One));
        Assert.That(now, Is.EqualTo((float[])[was[0], .. was[5..]]));
        Assert.That(report.Probe!.Unchanged, Is.LessThan(200), "what it added is gone");
        await TrainAsync(next, One, 640);
    }

    private static MigrationOutcome OutcomeOf(SchemaMigrationReport report, string slot) =>
        report.Parts.Single(part => part.Kind == MigratedPartKind.Slot && part.Name == slot).Outcome;

    private static FeatureSchema Create(params string[] sequences)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("items", row => row.Bias(new FtrlOptions()).Vector(4, new AdagradOptions(), new UniformInitializerOptions()));
        f.Slot("item", "items");
        foreach (var name in sequences) f.Sequence(name, "items", 3, SequenceOrder.NewestFirst, "age");
        f.Task("click");
        return f.Build();
    }

    private static ExampleSource Source(FeatureSchema schema, int examples) => ExampleSource.From(
        () => Enumerable.Range(0, examples),
        new ExampleEncoder<int>(schema, (in int example, ExampleWriter writer) =>
        {
            foreach (var slot in schema.Slots)
            {
                var random = new Random(slot.Name.Length ^ (example * 7919));
                if (slot.Pooling != Pooling.None) writer.Id(slot, random.Next(60));
                else for (var left = random.Next(4); left > 0; left--) writer.Step(slot, random.Next(60), random.NextSingle());
            }
            writer.Label(schema.Tasks[0], example % 3 == 0 ? 1 : 0);
            writer.At(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + example));
        }),
        ShapeStream.BatchSize);

    private static async Task TrainAsync(SnapshotStore store, FeatureSchema schema, int examples)
    {
        using var tables = Shape.CreateTables(schema);
        await using var trainer = new OnlineTrainer(tables, new StepModel(schema), Source(schema, examples), store);
        Assert.That((await trainer.RunAsync()).Examples, Is.EqualTo(examples));
    }

    private static async Task<SchemaMigrationReport> MigrateAsync(
        SnapshotStore old, FeatureSchema before, SnapshotStore next, FeatureSchema after)
    {
        using var tables = Shape.CreateTables(after);
        var migration = new SchemaMigration(old, new StepModel(before), tables, new StepModel(after));
        return await migration.RunAsync(next, Source(before, 200));
    }

    private static async Task<float[]> WeightsAsync(SnapshotStore store, FeatureSchema schema)
    {
        using var tables = Shape.CreateTables(schema);
        var model = new StepModel(schema);
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        var restored = await RestoredSnapshot.RestoreAsync(store, manifest!, tables, 1, null, CancellationToken.None);
        model.Load(new MemoryStream(restored.Sections[SnapshotChain.ModelSection].ToArray()));
        var sections = new ModelSections();
        model.Save(sections);
        return sections.Floats("weights", sections.ShapeOf("weights")).ToArray();
    }
}
