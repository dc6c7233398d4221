using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tests.Training.Audit;
using Monolith.Embeddings.Tests.Training.Forgetting;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>What stands beside rows and weights in a store: forgotten ids, a catalogue, commits that are held back.</summary>
public class ForgottenMigrationTests
{
    private static readonly long[] Forgotten = [VisitTraining.Person(1), VisitTraining.Person(7)];

    [Test]
    public async Task Forgotten_ids_stay_forgotten([Range(0, 4)] int seed)
    {
        var (visits, old, next) = (VisitTraining.Visits(seed), new MemorySnapshotStore(), new MemorySnapshotStore());
        await using (var training = new VisitTraining(visits, old, end: 10))
        {
            await training.Trainer.RunAsync();
            await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", Forgotten));
        }
        await MigrateAsync(old, next, VisitTraining.CreateSchema());
        Assert.That(await SnapshotInspector.FindForgottenAsync(next), Is.Empty, "no file of the new store has them");
        Assert.That((await SnapshotInspector.ExplainAsync(next, "people", Forgotten[0])).IsForgotten, Is.True);
        // The rest of the stream names them again.
        var states = new List<string[]>();
        foreach (var store in (SnapshotStore[])[old, next])
        {
            await using var training = new VisitTraining(visits, store);
            await training.Trainer.RunAsync();
            Assert.That(Forgotten.Where(training.Tables["people"].Contains), Is.Empty);
            Assert.That(training.Trainer.SuppressedExamples, Is.Positive);
            states.Add(training.State());
        }
        Assert.That(states[1], Is.EqualTo(states[0]));
    }

    [Test]
    public async Task Forgotten_ids_stay_forgotten_where_their_table_is_renamed_or_their_slot_looks_into_another([Values] bool isRenamed)
    {
        var (old, next) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var visits = VisitTraining.Visits(1);
        await using (var training = new VisitTraining(visits, old, end: 10))
        {
            await training.Trainer.RunAsync();
            // Under the number of a person, an item: in one table it would be the same row.
            training.Tables["items"].Assign([Forgotten[0]], new float[4], eventTime: VisitTraining.Start);
            await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", Forgotten));
        }
        var schema = isRenamed ? Renamed("users", "items") : Renamed("items", "items");
        await MigrateAsync(old, next, schema, isRenamed ? new() { Tables = { ["users"] = "people" } } : null);
        var list = await SuppressionStore.ReadAsync(next, CancellationToken.None);
        Assert.That(SuppressionFormat.Read(SuppressionFormat.Write(list)).Groups.Select(group =>
            (group.Table, group.HashedAs, group.Ids.Count)), Is.SupersetOf(new[] { (isRenamed ? "users" : "items", "people", 2) }));
        using var tables = VisitTraining.CreateTables(schema);
        using var model = CreateModel(schema);
        await using var trainer = new OnlineTrainer(tables, model, new VisitSource(schema, visits), next, new OnlineTrainerOptions
        {
            Synchronization = { Retention = new() { Commits = 1, Age = TimeSpan.Zero } },
        });
        await trainer.RunAsync();
        Assert.That(trainer.SuppressedExamples, Is.Positive);
        foreach (var table in tables.Tables)
        {
            var isOther = isRenamed && table.Name == "items";
            Assert.That(Forgotten.Where(table.Contains), isOther ? Is.EqualTo(Forgotten[..1]) : Is.Empty, table.Name);
        }
        await SnapshotCompactor.CompactAsync(next);
        await SnapshotCompactor.RetainAsync(next, new() { Commits = 1, Age = TimeSpan.Zero });
        var people = isRenamed ? "users" : "items";
        Assert.That((await SnapshotInspector.FindForgottenAsync(next)).Where(found => found.Place.Contains(people)), Is.Empty);
        Assert.That((await SnapshotInspector.ExplainAsync(next, people, Forgotten[1])).IsForgotten, Is.True);
    }

    [Test]
    public async Task Texts_go_with_their_table_and_others_stay()
    {
        var (old, next) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var titles = new IdCatalogue();
        titles.TrySet("items", 1001, "Solaris");
        titles.TrySet("people", VisitTraining.Person(3), "somebody");
        titles.TrySet("shelves", 5, "of no table");
        await using (var training = new VisitTraining(VisitTraining.Visits(1), old, end: 4, catalogue: titles))
            await training.Trainer.RunAsync();
        var schema = Renamed("users", "films");
        var report = await MigrateAsync(old, next, schema, new() { Tables = { ["films"] = "items" } });
        var part = report.Parts.Single(part => part.Name == "catalogue");
        Assert.That((part.Outcome, part.Reason),
            Is.EqualTo((MigrationOutcome.KeptInPart, "1 texts are of tables that the new schema does not have")));
        await using var replica = await ModelReplica.OpenAsync(
            next, CreateModel(schema), new() { PollEvery = Timeout.InfiniteTimeSpan });
        Assert.That(replica.CopyTexts("films"), Is.EqualTo(new Dictionary<long, string> { [1001] = "Solaris" }));
        Assert.That((replica.CopyTexts("items").Count, replica.CopyTexts("people").Count), Is.EqualTo((0, 0)));
        Assert.That(replica.TextOf("shelves", 5), Is.EqualTo("of no table"));
        // And a migration that changes nothing of it leaves it as it is.
        var third = new MemorySnapshotStore();
        await MigrateAsync(old, third, VisitTraining.CreateSchema());
        var restored = new IdCatalogue();
        await using (var training = new VisitTraining(VisitTraining.Visits(1), third, end: 4, catalogue: restored))
            await training.Trainer.RunAsync();
        foreach (var table in (string[])["items", "people", "shelves"])
            Assert.That(restored.Copy(table), Is.EqualTo(titles.Copy(table)), table);
    }

    [Test]
    public async Task Audited_removals_go_with_their_table()
    {
        var (old, next) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await using (var training = new VisitTraining(VisitTraining.Visits(1), old, end: 6,
            configure: options => options.Synchronization.RemovalAudit = new()))
        {
            await training.Trainer.RunAsync();
            training.Tables["items"].Remove([1001]);
            training.Tables["people"].Remove([.. training.Tables["people"].EnumerateIds()]);
            training.Source.End = 8;
            await training.Trainer.RunAsync();
        }
        var removal = (await SnapshotInspector.ExplainAsync(old, "items", 1001)).LastRemoval;
        var report = await MigrateAsync(old, next, Renamed("users", "films"), new() { Tables = { ["films"] = "items" } });
        var part = report.Parts.Single(part => part.Name == "removals");
        Assert.That((part.Outcome, part.Reason), Is.EqualTo((MigrationOutcome.KeptInPart,
            $"{(await RemovalsOfAsync(old)).Count - 1} removals are of tables that the new schema does not have")));
        Assert.That(removal, Is.Not.Null);
        Assert.That((await SnapshotInspector.ExplainAsync(next, "films", 1001)).LastRemoval, Is.EqualTo(removal));
        Assert.That((await RemovalsOfAsync(next)).Select(one => (one.Table, one.Row.Id)), Is.EqualTo(new[] { ("films", 1001L) }));
        Assert.That(await AuditedTraining.AuditOfAsync(old), Is.Not.Empty);
    }

    private static async Task<List<AuditedRemoval>> RemovalsOfAsync(SnapshotStore store) =>
        [.. (await AuditedTraining.AuditOfAsync(store)).SelectMany(segment => segment)];

    [Test]
    public async Task What_a_gate_holds_back_it_holds_back_in_the_new_store_until_it_opens()
    {
        var (visits, old, next) = (VisitTraining.Visits(2), new MemorySnapshotStore(), new MemorySnapshotStore());
        await using (var training = new VisitTraining(visits, old, end: 4, Gated))
        {
            await training.Trainer.RunAsync();
            training.Trainer.Gate!.Hold("look at it first");
            training.Source.End = 10;
            await training.Trainer.RunAsync();
        }
        var schema = VisitTraining.CreateSchema();
        await MigrateAsync(old, next, schema);
        var first = (await new SnapshotPublisher(next).ReadAsync(CancellationToken.None))!;
        Assert.That((first.Newest!.IsHeld, first.Published), Is.EqualTo((true, (SnapshotManifest?)null)));
        var options = new ModelReplicaOptions { PollEvery = Timeout.InfiniteTimeSpan };
        Assert.That(async () => await ModelReplica.OpenAsync(next, CreateModel(schema), options), Throws.InstanceOf<SnapshotException>());
        await using (var training = new VisitTraining(visits, next, end: 12, Gated))
        {
            await training.Trainer.RunAsync();
            Assert.That(training.Trainer.Gate!.Status.HeldByHand, Is.EqualTo("look at it first"));
            Assert.That(training.Trainer.NewestCommit!.IsHeld, Is.True);
            training.Trainer.Gate.Release();
            training.Source.End = visits.Count;
            await training.Trainer.RunAsync();
            Assert.That(training.Trainer.NewestCommit.IsHeld, Is.False);
            await using var replica = await ModelReplica.OpenAsync(next, CreateModel(schema), options);
            foreach (var id in Enumerable.Range(0, VisitTraining.People).Select(VisitTraining.Person))
            {
                var (served, trained) = (new float[4], new float[4]);
                replica.Lookup("people", [id], served);
                training.Tables["people"].Lookup([id], trained);
                Assert.That(served, Is.EqualTo(trained), $"{id}");
            }
        }
    }

    [Test]
    public async Task What_a_person_held_stays_held_where_tasks_change()
    {
        var (visits, old, next) = (VisitTraining.Visits(2), new MemorySnapshotStore(), new MemorySnapshotStore());
        await using (var training = new VisitTraining(visits, old, end: 4, Gated))
        {
            await training.Trainer.RunAsync();
            training.Trainer.Gate!.Hold("look at it first");
            training.Source.End = 10;
            await training.Trainer.RunAsync();
        }
        var schema = Renamed("people", "items", secondTask: "buy");
        var report = await MigrateAsync(old, next, schema);
        Assert.That(report.Parts.Single(part => part.Name == "gate").Outcome, Is.EqualTo(MigrationOutcome.KeptInPart));
        var manifest = (await new SnapshotPublisher(next).ReadAsync(CancellationToken.None))!;
        using var tables = VisitTraining.CreateTables(schema);
        var restored = await RestoredSnapshot.RestoreAsync(next, manifest, tables, 1, null, CancellationToken.None);
        var options = new PublicationGateOptions { Bounds = [new() { Task = "buy", MaxLogLoss = 9 }] };
        var gate = new PublicationGate(options, schema, NullLogger.Instance, TimeProvider.System);
        gate.Load(restored.Sections["gate"], manifest.Newest!, new ProgressiveMetrics(schema));
        Assert.That((gate.Status.HeldByHand, gate.Status.IsHeld, gate.Status.HeldCommits, gate.LetsThrough),
            Is.EqualTo(("look at it first", true, 3L, false)));
        Assert.That(gate.Status.Since, Is.Not.Null);
    }

    [Test]
    public async Task Stale_lookups_go_on_where_rows_are_the_same_and_begin_where_they_are_not([Values] bool isChanged)
    {
        var (visits, old, next) = (VisitTraining.Visits(3), new MemorySnapshotStore(), new MemorySnapshotStore());
        await using (var training = new VisitTraining(visits, old, end: 11, Stale)) await training.Trainer.RunAsync();
        var report = await MigrateAsync(old, next, isChanged ? Renamed("people", "items", 5) : VisitTraining.CreateSchema());
        Assert.That(report.Parts.Single(part => part.Name == "values-before").Outcome,
            Is.EqualTo(isChanged ? MigrationOutcome.Dropped : MigrationOutcome.Kept));
        if (isChanged)
        {
            var manifest = await new SnapshotPublisher(next).ReadAsync(CancellationToken.None);
            Assert.That(manifest!.Newest, Is.Not.Null);
            return;
        }
        var states = new List<string[]>();
        foreach (var store in (SnapshotStore[])[old, next])
        {
            await using var training = new VisitTraining(visits, store, configure: Stale);
            await training.Trainer.RunAsync();
            states.Add(training.State());
        }
        Assert.That(states[1], Is.EqualTo(states[0]));
    }

    private static void Gated(OnlineTrainerOptions options) => options.Synchronization.Gate = new();

    private static void Stale(OnlineTrainerOptions options) => options.Staleness = Staleness.OneBatch;

    private static FeatureSchema Renamed(string people, string items, int dimension = 3, string? secondTask = null)
    {
        var f = new FeatureSchemaBuilder();
        f.Table(people, r => r.Bias(new FtrlOptions()).Vector(dimension, new AdagradOptions()));
        if (items != people) f.Table(items, r => r.Bias(new FtrlOptions()).Vector(dimension, new AdamOptions()));
        f.Slot("person", people);
        f.Slot("item", items);
        f.Task("click");
        if (secondTask is not null) f.Task(secondTask);
        return f.Build();
    }

    private static DeepFm CreateModel(FeatureSchema schema) => new(schema, new() { Hidden = [4], Seed = 3 });

    private static async Task<SchemaMigrationReport> MigrateAsync(
        SnapshotStore old, SnapshotStore next, FeatureSchema after, SchemaMigrationOptions? options = null)
    {
        using var tables = VisitTraining.CreateTables(after);
        using var before = CreateModel(VisitTraining.CreateSchema());
        using var model = CreateModel(after);
        return await new SchemaMigration(old, before, tables, model, options).RunAsync(next);
    }
}
