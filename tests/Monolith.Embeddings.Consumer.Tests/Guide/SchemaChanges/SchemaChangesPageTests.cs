using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Guide.SchemaChanges;

/// <summary>The guide's page on changes of a schema shows what is compiled here, and its code does what the page says.</summary>
public class SchemaChangesPageTests
{
    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("schema-changes", "SchemaChanges", "Migration");

    [Test]
    public async Task A_slot_is_added_and_both_programs_serve_meanwhile()
    {
        var (old, next) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(old, Migration.Before(), 3_200);
        var model = Migration.CreateModel(Migration.Before());
        await using var replica = await ModelReplica.OpenAsync(old, model, new() { PollEvery = TimeSpan.FromDays(1) });
        var plan = await Migration.PlanAsync(old, Source(Migration.Before(), 3_200), default);
        Assert.That(plan.IsDryRun, Is.True);
        Assert.That((plan.Probe!.Examples, plan.Probe.Unchanged, plan.Probe.LargestChange), Is.EqualTo((3_200, 3_200, 0.0)));
        Assert.That(plan.ToText(), Does.StartWith("Dry run, nothing was written: commit 1 of "));
        Assert.That(plan.ToText(), Does.Contain("new          slot             place"));
        Assert.That((await Migration.RunAsync(old, next, default)).Result!.Number, Is.EqualTo(1));
        await replica.CatchUpAsync();
        var health = replica.GetHealth();
        Assert.That((health.Status, health.Version.Number), Is.EqualTo((ReplicaStatus.SchemaMovedOn, 1UL)));
        Assert.That(health.Description, Does.Contain("The schema moved on"));
        // It goes on where the old one stood, and learns the places.
        Assert.That(await TrainAsync(next, Migration.After(), 4_800), Is.EqualTo(4_800));
        // And back: a trainer of the old schema takes the old store over.
        await TrainAsync(old, Migration.Before(), 3_520);
        await replica.CatchUpAsync();
        Assert.That(replica.GetHealth().Status, Is.EqualTo(ReplicaStatus.Following));
    }

    private static async Task<long> TrainAsync(SnapshotStore store, FeatureSchema schema, int examples)
    {
        using var tables = new EmbeddingTableSet(schema);
        using var model = Migration.CreateModel(schema);
        await using var trainer = new OnlineTrainer(tables, model, Source(schema, examples), store);
        return (await trainer.RunAsync()).Examples;
    }

    private static ExampleSource Source(FeatureSchema schema, int examples) => ExampleSource.From(
        () => Enumerable.Range(0, examples),
        new ExampleEncoder<int>(schema, (in int i, ExampleWriter writer) =>
        {
            foreach (var slot in schema.Slots) writer.Id(slot, (i * (slot.Index + 3)) % 97);
            writer.Label(schema.Tasks[0], i % 3 == 0).At(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + i));
        }), 32);
}
