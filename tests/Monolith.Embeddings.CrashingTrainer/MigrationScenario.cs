using Monolith.Embeddings.CrashingTrainer.Pipeline;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>
/// A program that trains by an old schema, migrates to a new one, and trains on, from wherever it was when it was killed: the whole life of
/// a change of schema.
/// </summary>
public static class MigrationScenario
{
    /// <summary>The argument that asks for it.</summary>
    public const string Verb = "migrate-schema";

    /// <summary>The folders of the stores.</summary>
    public const string Old = "old", Next = "next";

    private const long OldSteps = 24, AllSteps = 48;

    /// <summary>The new schema: one more table, slot and task, and other optimizers.</summary>
    public static FeatureSchema CreateSchema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("places", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions(), new UniformInitializerOptions()));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions(), new UniformInitializerOptions()));
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions(), new UniformInitializerOptions()), t =>
            t.Admission = CrashScenario.CreateSchema().Tables[0].Admission);
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Slot("place", "places");
        f.Task("click");
        f.Task("buy");
        return f.Build();
    }

    /// <summary>The new model.</summary>
    public static OnlineModel CreateModel(FeatureSchema schema) => new DeepFm(schema, new() { Hidden = [12] });

    /// <summary>Lives until all is trained, or it is killed while it migrates.</summary>
    /// <param name="folder">Holds both stores.</param>
    /// <param name="killer">Kills at an operation of a store in the migration.</param>
    public static async Task RunAsync(string folder, PipelineKiller killer)
    {
        var (old, next) = (new FileSnapshotStore(Path.Combine(folder, Old)), new FileSnapshotStore(Path.Combine(folder, Next)));
        var schema = CreateSchema();
        using var tables = CrashScenario.CreateTables(schema);
        using var model = CreateModel(schema);
        var stored = await next.ReadManifestAsync();
        if (stored is null || SnapshotManifest.Parse(stored.Bytes.Span).Newest is null)
        {
            await CrashScenario.TrainAsync(old, OldSteps, CancellationToken.None);
            await MigrateAsync(folder, tables, model, killer);
        }
        await using var trainer = new OnlineTrainer(
            tables, model, CrashScenario.CreateSource(schema, AllSteps), next, CrashScenario.CreateOptions());
        await trainer.RunAsync();
    }

    private static async Task MigrateAsync(string folder, EmbeddingTableSet tables, OnlineModel model, PipelineKiller killer)
    {
        using var before = CrashScenario.CreateModel(CrashScenario.CreateSchema());
        var (old, next) = (Killing(Old), Killing(Next));
        await new SchemaMigration(old, before, tables, model).RunAsync(next);

        KillingStore Killing(string name) => new(Path.Combine(folder, name), killer, _ => PipelineKill.Commit);
    }
}
