using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Migration;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>What a store of a shape holds, restored. Disposes what it made.</summary>
internal sealed class Migrated : IDisposable
{
    private Migrated(Shape shape)
    {
        Schema = shape.CreateSchema();
        (Tables, Model) = (Shape.CreateTables(Schema), shape.CreateModel(Schema));
    }

    public FeatureSchema Schema { get; }

    public EmbeddingTableSet Tables { get; }

    public OnlineModel Model { get; }

    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections { get; private set; } = null!;

    /// <summary>Restores the newest commit.</summary>
    public static async Task<Migrated> FromAsync(SnapshotStore store, Shape shape)
    {
        var migrated = new Migrated(shape);
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        var restored = await RestoredSnapshot.RestoreAsync(store, manifest!, migrated.Tables, 1, null, CancellationToken.None);
        migrated.Sections = restored.Sections;
        migrated.Model.Load(new MemoryStream(restored.Sections[SnapshotChain.ModelSection].ToArray()));
        return migrated;
    }

    /// <summary>Trains a shape by the first examples, from where a store stands.</summary>
    public static async Task TrainAsync(SnapshotStore store, Shape shape, int examples)
    {
        using var made = new Migrated(shape);
        var options = new OnlineTrainerOptions();
        await using var trainer = new OnlineTrainer(made.Tables, made.Model, ShapeStream.Of(made.Schema, examples), store, options);
        await trainer.RunAsync();
    }

    /// <summary>Migrates.</summary>
    /// <param name="from">The old store.</param>
    /// <param name="before">The old shape.</param>
    /// <param name="to">The new store; null for a dry run.</param>
    /// <param name="after">The new shape.</param>
    /// <param name="options">The options.</param>
    /// <param name="probe">How many examples are predicted; 0 for none.</param>
    public static async Task<SchemaMigrationReport> RunAsync(
        SnapshotStore from, Shape before, SnapshotStore? to, Shape after, SchemaMigrationOptions? options = null, int probe = 0)
    {
        using var old = new Migrated(before);
        using var made = new Migrated(after);
        var migration = new SchemaMigration(from, old.Model, made.Tables, made.Model, options);
        var examples = probe == 0 ? null : ShapeStream.Of(old.Schema, probe);
        var report = await (to is null ? migration.PlanAsync(examples) : migration.RunAsync(to, examples));
        Assert.That(made.Tables.Count, Is.Zero);
        return report;
    }

    /// <summary>All that the store holds, to the bit.</summary>
    public string[] State =>
    [
        .. SavedState.Of(Tables),
        .. Sections.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} {Convert.ToHexString(s.Value.Span)}"),
    ];

    /// <summary>The logits of examples in which some slots are written, by task.</summary>
    public async Task<float[]> PredictAsync(int first, int count, IReadOnlyCollection<string> written, string task)
    {
        using var batch = new ExampleBatch(Schema);
        var encoder = ShapeStream.Encoder(Schema, written);
        for (var i = first; i < first + count; i++) encoder.Encode(in i, batch);
        var logits = await new SidePredictor(Tables, Model).PredictAsync(batch, CancellationToken.None);
        var place = Schema.Tasks.Single(t => t.Name == task).Index;
        return [.. Enumerable.Range(0, count).Select(row => logits[(row * Schema.Tasks.Count) + place])];
    }

    public void Dispose()
    {
        Tables.Dispose();
        Model.Dispose();
    }
}
