using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Streams.ExampleLogs;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Audit;

/// <summary>Who is forgotten is in no audit either; and no kill takes a removal from it, or tells one twice.</summary>
public class ForgottenAuditTests : LeakChecked
{
    private const long Steps = 120;

    [Test]
    public async Task Who_is_forgotten_is_in_no_file_and_a_rewind_brings_it_not_back([Values] bool isRewound, [Values] bool hasOption)
    {
        var store = new MemorySnapshotStore();
        await AuditedTraining.RunAsync(store, Steps - 3, 10_000);
        var early = (await SnapshotInspector.InspectAsync(store)).Commits[^1].Commit.Number;
        await AuditedTraining.RunAsync(store, Steps, 10_000);
        var before = (await AuditedTraining.AuditOfAsync(store)).SelectMany(segment => segment).ToList();
        // Ids of removals in the first segment and in the last, and one of another table.
        var removed = before.Where(removal => removal.Table == "users").Select(removal => removal.Row.Id).Distinct();
        long[] users = [.. removed.Where((_, i) => i % 7 == 0)];
        await using (var training = new AuditedTraining(store, Steps, hasOption ? 10_000 : null))
            await training.Trainer.ForgetAsync(new ForgetRequest().Add("users", users));
        if (isRewound)
        {
            await SnapshotBackup.RestoreCommitAsync(store, early);
            await AuditedTraining.RunAsync(store, Steps, hasOption ? 10_000 : null);
        }
        var after = (await AuditedTraining.AuditOfAsync(store)).SelectMany(segment => segment).ToList();
        Assert.That(after.Where(removal => removal.Table == "users" && users.Contains(removal.Row.Id)), Is.Empty);
        if (!isRewound)
        {
            Assert.That(after.Select(AuditedTraining.Line), Is.EqualTo(before
                .Where(removal => removal.Table != "users" || !users.Contains(removal.Row.Id)).Select(AuditedTraining.Line)));
        }
        Assert.That(after, Is.Not.Empty);
        Assert.That((await SnapshotInspector.ExplainAsync(store, "users", users[0])).LastRemoval, Is.Null);
        Assert.That(await SnapshotInspector.FindForgottenAsync(store), Is.Not.Empty, "older commits still have them");
        await SnapshotCompactor.CompactAsync(store);
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        var left = await SnapshotInspector.FindForgottenAsync(store);
        Assert.That(left.Where(found => found.Place.StartsWith("audited", StringComparison.Ordinal)), Is.Empty);
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
    }

    [Test]
    public async Task An_audit_that_is_not_rewritten_is_found()
    {
        var store = new MemorySnapshotStore();
        await AuditedTraining.RunAsync(store, Steps, 10_000);
        var id = (await AuditedTraining.AuditOfAsync(store))[0].First(removal => removal.Table == "users").Row.Id;
        await using (var training = new AuditedTraining(store, Steps, 10_000, configure: options => options.Synchronization.Retention =
            new() { Commits = 1000 })) await training.Trainer.ForgetAsync(new ForgetRequest().Add("users", id));
        var found = await SnapshotInspector.FindForgottenAsync(store);
        Assert.That(found.Select(one => one.Place), Does.Contain("audited removals of 'users'"));
    }

    [Test]
    public async Task A_kill_at_any_call_of_the_store_loses_no_removal_and_tells_none_twice([Values] bool failsOnly)
    {
        var (before, undisturbed) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await AuditedTraining.RunAsync(undisturbed, Steps, 10_000);
        var (expected, state) = (await AuditedTraining.LinesOfAsync(undisturbed), await RestoredTrainer.FromAsync(undisturbed));
        await AuditedTraining.RunAsync(before, Steps - 13, 10_000);
        var counted = new KillableStore(await CopyOfStore.OfAsync(before));
        await AuditedTraining.RunAsync(counted, Steps, 10_000);
        Assert.That(counted.Places, Is.GreaterThan(60));
        Assert.That(expected, Is.Not.EqualTo(await AuditedTraining.LinesOfAsync(before)).And.Not.Empty);
        foreach (var at in Places.UpTo(counted.Places))
        {
            var inner = await CopyOfStore.OfAsync(before);
            var killed = new KillableStore(inner) { At = at, FailsOnly = failsOnly };
            try
            {
                await AuditedTraining.RunAsync(killed, Steps, 10_000);
            }
            catch (Exception exception) when (exception is SnapshotException or KilledException)
            {
                // Its process is started again.
            }
            await AuditedTraining.RunAsync(inner, Steps, 10_000);
            Assert.That(await AuditedTraining.LinesOfAsync(inner), Is.EqualTo(expected), $"place {at}");
            Assert.That(await RestoredTrainer.FromAsync(inner), Is.EqualTo(state), $"place {at}");
        }
    }
}
