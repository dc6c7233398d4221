using Microsoft.Extensions.Options;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Migration;

public class MigrationRefusalTests
{
    private static readonly Shape Before = new(), After = new() { Dense = 3 };

    [Test]
    public void An_empty_store_is_refused()
    {
        var store = new MemorySnapshotStore();
        var refusal = Assert.ThrowsAsync<SnapshotException>(() => Migrated.RunAsync(store, Before, new MemorySnapshotStore(), After))!;
        Assert.That((refusal.Fault, refusal.Found), Is.EqualTo((SnapshotFault.Missing, "none: nothing was saved to this store.")));
    }

    [Test]
    public async Task A_store_of_another_schema_is_refused_by_what_differs()
    {
        var store = await TrainedAsync();
        var target = new MemorySnapshotStore();
        var other = Before with { Slots = [.. Before.Slots.Take(2)] };
        var refusal = Assert.ThrowsAsync<SnapshotException>(() => Migrated.RunAsync(store, other, target, After))!;
        Assert.That(refusal.Fault, Is.EqualTo(SnapshotFault.Mismatch));
        Assert.That(refusal.Message, Does.Contain("liked").And.Contain("Give the old model the schema that the store was trained with."));
        Assert.That(await target.ReadManifestAsync(), Is.Null);
    }

    [Test]
    public async Task An_old_model_with_other_options_is_refused()
    {
        var store = await TrainedAsync();
        var refusal = Assert.ThrowsAsync<SnapshotException>(
            () => Migrated.RunAsync(store, Before with { Hidden = [3] }, new MemorySnapshotStore(), After))!;
        Assert.That(refusal.Message, Does.Contain("Give the old model the options that it was trained with."));
    }

    [Test]
    public async Task A_target_with_a_commit_and_the_old_store_itself_are_refused()
    {
        var (store, target) = (await TrainedAsync(), await TrainedAsync());
        var refusal = Assert.ThrowsAsync<SnapshotException>(() => Migrated.RunAsync(store, Before, target, After))!;
        Assert.That((refusal.Fault, refusal.Found),
            Is.EqualTo((SnapshotFault.Refused, "commit 1: a migration is done, or it is the store of another model.")));
        Assert.ThrowsAsync<ArgumentException>(() => Migrated.RunAsync(store, Before, store, After));
    }

    [Test]
    public void Names_that_no_schema_has_are_told_together()
    {
        var options = new SchemaMigrationOptions
        {
            Tables = { ["people"] = "users", ["items"] = "things" },
            Slots = { ["user"] = "usr" },
            Tasks = { ["buy"] = "click" },
        };
        var failures = Assert.ThrowsAsync<OptionsValidationException>(
            () => Migrated.RunAsync(new MemorySnapshotStore(), Before, null, After, options))!.Failures;
        Assert.That(failures, Is.EqualTo((string[])
        [
            "Tables: names the table 'people', which the new schema does not have: 'users', 'items'.",
            "Tables: names the table 'things', which the old schema does not have: 'users', 'items'.",
            "Slots: names the slot 'usr', which the old schema does not have: 'user', 'item', 'liked'.",
            "Tasks: names the task 'buy', which the new schema does not have: 'click'.",
        ]));
    }

    [Test]
    public void Options_that_cannot_be_used_are_told_together()
    {
        var options = new SchemaMigrationOptions
        {
            ProbeExamples = 0,
            Threads = -1,
            Slots = { ["a"] = "user", ["b"] = "user" },
            Snapshots = new() { RereadBytes = -5 },
        };
        var failures = Assert.ThrowsAsync<OptionsValidationException>(
            () => Migrated.RunAsync(new MemorySnapshotStore(), Before, null, After, options))!.Failures.ToList();
        Assert.That(failures, Has.Count.EqualTo(4), string.Join('\n', failures));
        Assert.That(failures[^1], Is.EqualTo("Slots: 'user' is the old name of 'a' and 'b'; it is that of one."));
    }

    [Test]
    public async Task Examples_of_another_schema_and_tables_with_rows_are_refused()
    {
        var store = await TrainedAsync();
        var (before, after) = (Before.CreateSchema(), After.CreateSchema());
        using var tables = Shape.CreateTables(after);
        var migration = new SchemaMigration(store, Before.CreateModel(before), tables, After.CreateModel(after));
        Assert.ThrowsAsync<ArgumentException>(() => migration.PlanAsync(ShapeStream.Of(after, 10)));
        tables["items"].Assign([1], new float[tables["items"].Dimension], DateTimeOffset.UnixEpoch);
        Assert.ThrowsAsync<InvalidOperationException>(() => migration.PlanAsync());
        Assert.That(tables.Count, Is.EqualTo(1));
        using var others = Shape.CreateTables(before);
        Assert.Throws<ArgumentException>(
            () => _ = new SchemaMigration(store, Before.CreateModel(before), others, After.CreateModel(after)));
    }

    [Test]
    public async Task A_commit_of_the_old_trainer_meanwhile_is_never_lost()
    {
        var store = await TrainedAsync();
        var target = new HookedStore(new MemorySnapshotStore());
        target.BeforeReplace = () =>
        {
            target.BeforeReplace = null;
            return Migrated.TrainAsync(store, Before, 400);
        };
        var refusal = Assert.ThrowsAsync<SnapshotException>(() => Migrated.RunAsync(store, Before, target, After))!;
        Assert.That(refusal.Found, Does.StartWith("commit 2. Stop the trainer"));
        Assert.That((await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!.Successor, Is.Null);
        // Done again, it takes what was learned meanwhile.
        await Migrated.RunAsync(store, Before, target, After);
        using var now = await Migrated.FromAsync(target, After);
        Assert.That(now.Tables.Count, Is.Positive);
    }

    [Test]
    public async Task The_old_trainer_is_fenced_off_and_may_take_the_store_over_again()
    {
        var store = await TrainedAsync();
        var schema = Before.CreateSchema();
        using var tables = Shape.CreateTables(schema);
        using var model = Before.CreateModel(schema);
        var count = 400;
        var source = ExampleSource.From(() => Enumerable.Range(0, count), ShapeStream.Encoder(schema), ShapeStream.BatchSize);
        await using var trainer = new OnlineTrainer(tables, model, source, store);
        await trainer.RunAsync();
        var target = new MemorySnapshotStore();
        await Migrated.RunAsync(store, Before, target, After);
        var moved = (await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!;
        var next = (await new SnapshotPublisher(target).ReadAsync(CancellationToken.None))!;
        Assert.That((moved.Successor!.Chain, moved.Successor.Schema), Is.EqualTo((next.Chain, After.CreateSchema().Fingerprint)));
        count = 500;
        Assert.That(Assert.ThrowsAsync<SnapshotException>(() => trainer.RunAsync())!.IsReplaced, Is.True);
        await Migrated.TrainAsync(store, Before, 500);
        var again = (await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!;
        Assert.That((again.Successor, again.Newest!.Number), Is.EqualTo(((SnapshotSuccessor?)null, 3UL)));
    }

    private static async Task<MemorySnapshotStore> TrainedAsync()
    {
        var store = new MemorySnapshotStore();
        await Migrated.TrainAsync(store, Before, 320);
        return store;
    }
}
