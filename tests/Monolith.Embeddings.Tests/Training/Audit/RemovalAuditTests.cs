using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Audit;

/// <summary>The audit of removals that persists: what it holds, how it is bounded, who is asked.</summary>
public class RemovalAuditTests : LeakChecked
{
    // Rows expire from the 66th batch on.
    private const long Early = 200, Steps = 300;

    [Test]
    public async Task Store_replica_and_trainer_say_of_each_id_what_a_table_with_a_long_memory_says()
    {
        var (store, plain) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await using var oracle = new AuditedTraining(plain, Steps, entries: null, history: EmbeddingTableOptions.MaxRemovalHistory);
        await oracle.Trainer.RunAsync();
        foreach (var steps in (long[])[80, 81, Early]) await AuditedTraining.RunAsync(store, steps, 100_000);
        await using var training = new AuditedTraining(store, Steps, 100_000);
        await training.Trainer.RunAsync();
        await using var replica = await ModelReplica.OpenAsync(store, CrashScenario.CreateModel(CrashScenario.CreateSchema()));
        var (causes, removals) = (new HashSet<(RemovalCause, bool)>(), await AuditedTraining.AuditOfAsync(store));
        var asked = removals.SelectMany(segment => segment).Select(removal => (removal.Table, removal.Row.Id)).Distinct().ToList();
        (string Table, long Id)[] others = [.. Enumerable.Range(0, 20).Select(id => ("users", (long)id))];
        foreach (var (table, id) in asked.Where((_, i) => i % Math.Max(1, asked.Count / 100) == 0).Concat(others))
        {
            var expected = oracle.Tables[table].Explain(id);
            if (expected.LastRemoval is { } removal) causes.Add((removal.Cause, expected.HasRow));
            var (own, served, stored) = (await training.Trainer.ExplainAsync(table, id), await replica.ExplainAsync(table, id),
                await SnapshotInspector.ExplainAsync(store, table, id));
            RowRemoval?[] told = [own.LastRemoval, served.LastRemoval, stored.LastRemoval];
            Assert.That(told.Select(AuditedTraining.Timeless), Is.All.EqualTo(AuditedTraining.Timeless(expected.LastRemoval)), $"{id}");
            Assert.That((own.HasRow, served.HasRow), Is.EqualTo((expected.HasRow, expected.HasRow)));
            if (expected is { HasRow: false, LastRemoval: not null, Admission: null or { Occurrences: 0 } })
                Assert.That(stored.State, Is.EqualTo(StoredIdState.Removed));
        }
        Assert.That(causes, Has.Count.GreaterThan(1).And.Some.Matches<(RemovalCause, bool HasRow)>(cause => cause.HasRow));
    }

    [Test]
    public async Task It_holds_the_newest_removals_however_often_training_is_ended([Range(0, 2)] int seed)
    {
        var (random, whole, store) = (new Random(seed), new MemorySnapshotStore(), new MemorySnapshotStore());
        await AuditedTraining.RunAsync(whole, Steps, RemovalAuditOptions.MostEntries);
        var all = (await AuditedTraining.AuditOfAsync(whole)).SelectMany(segment => segment).ToList();
        await using (var counted = new AuditedTraining(new MemorySnapshotStore(), Steps, null))
        {
            await counted.Trainer.RunAsync();
            var removed = counted.Tables.Tables.Select(table => table.GetStatistics()).Sum(told => told.Expired + told.Evicted);
            Assert.That(all, Has.Count.EqualTo(removed).And.Count.GreaterThan(100));
        }
        var most = random.Next(16, all.Count);
        for (var step = 0L; step < Steps; step = Math.Min(Steps, step + random.Next(1, 120)))
            await AuditedTraining.RunAsync(store, step, most);
        await AuditedTraining.RunAsync(store, Steps, most);
        if (seed % 2 == 0) await SnapshotCompactor.CompactAsync(store);
        var kept = (await AuditedTraining.AuditOfAsync(store)).SelectMany(segment => segment).ToList();
        Assert.That(kept.Select(removal => removal.Number), Is.EqualTo(Enumerable.Range(all.Count - kept.Count + 1, kept.Count)));
        Assert.That(kept, Has.Count.InRange(most - Math.Max(1, most / 16), most));
        // Of the oldest pass in it only some may be kept, of all later ones every removal is.
        var oldest = kept[0].Row.EventTime;
        Assert.That(kept.Select(AuditedTraining.Line), Is.SubsetOf(all.Select(AuditedTraining.Line)));
        Assert.That(kept.Where(removal => removal.Row.EventTime > oldest).Select(AuditedTraining.Line),
            Is.EquivalentTo(all.Where(removal => removal.Row.EventTime > oldest).Select(AuditedTraining.Line)));
        Assert.That((await AuditedTraining.AuditOfAsync(store)).Count, Is.InRange(1, 18));
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
    }

    [Test]
    public async Task A_commit_behind_which_nothing_was_removed_writes_nothing_of_it()
    {
        var (store, seen) = (new MemorySnapshotStore(), new HashSet<bool>());
        await AuditedTraining.RunAsync(store, Early, 1000);
        for (var step = Early + 1; step < Early + 14; step++)
        {
            var (lines, files) = (await AuditedTraining.LinesOfAsync(store), await SegmentFilesAsync(store));
            await AuditedTraining.RunAsync(store, step, 1000);
            var now = await AuditedTraining.LinesOfAsync(store);
            var isSame = now.SequenceEqual(lines);
            Assert.That((await SegmentFilesAsync(store)).Except(files), isSame ? Is.Empty : Is.Not.Empty);
            seen.Add(isSame);
        }
        Assert.That(seen, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_was_audited_stays_without_the_option_and_goes_on_with_it()
    {
        var store = new MemorySnapshotStore();
        await AuditedTraining.RunAsync(store, Early, 10_000);
        var before = await AuditedTraining.LinesOfAsync(store);
        await AuditedTraining.RunAsync(store, Early + 20, null);
        Assert.That(await AuditedTraining.LinesOfAsync(store), Is.EqualTo(before).And.Not.Empty);
        await AuditedTraining.RunAsync(store, Steps, 10_000);
        Assert.That(before, Is.SubsetOf(await AuditedTraining.LinesOfAsync(store)));
        Assert.That((await AuditedTraining.LinesOfAsync(store)).Length, Is.GreaterThan(before.Length));
    }

    [Test]
    public async Task Back_ups_and_rewinds_have_it_as_it_was()
    {
        var (store, backups, other) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new MemorySnapshotStore());
        await AuditedTraining.RunAsync(store, Early, 10_000);
        var early = await AuditedTraining.LinesOfAsync(store);
        var number = (await SnapshotInspector.InspectAsync(store)).Commits[^1].Commit.Number;
        await SnapshotBackup.CreateAsync(store, backups);
        await AuditedTraining.RunAsync(store, Early + 15, 10_000);
        var late = await AuditedTraining.LinesOfAsync(store);
        Assert.That(late.Length, Is.GreaterThan(early.Length));
        await SnapshotBackup.RestoreAsync(backups, other);
        await SnapshotBackup.RestoreCommitAsync(store, number);
        foreach (var restored in (SnapshotStore[])[other, store])
        {
            Assert.That(await AuditedTraining.LinesOfAsync(restored), Is.EqualTo(early));
            await AuditedTraining.RunAsync(restored, Early + 15, 10_000);
            Assert.That(await AuditedTraining.LinesOfAsync(restored), Is.EqualTo(late));
        }
    }

    [Test]
    public async Task A_removal_that_no_commit_has_yet_is_known_to_the_trainer()
    {
        var store = new MemorySnapshotStore();
        await using var training = new AuditedTraining(store, 9, 1000);
        await training.Trainer.RunAsync();
        var id = training.Tables["items"].EnumerateIds().First();
        training.Tables["items"].Remove([id]);
        Assert.That((await training.Trainer.ExplainAsync("items", id)).LastRemoval!.Cause, Is.EqualTo(RemovalCause.Removed));
        Assert.That((await SnapshotInspector.ExplainAsync(store, "items", id)).LastRemoval, Is.Null);
        var other = training.Tables["items"].EnumerateIds().First();
        training.Tables["items"].Clear();
        Assert.That((await training.Trainer.ExplainAsync("items", other)).LastRemoval!.Cause, Is.EqualTo(RemovalCause.Cleared));
        Assert.That(() => training.Trainer.ExplainAsync("item", 1), Throws.InstanceOf<KeyNotFoundException>());
    }

    [Test]
    public async Task Each_says_it_in_words()
    {
        var store = new MemorySnapshotStore();
        await AuditedTraining.RunAsync(store, Steps, 1000);
        await SnapshotCompactor.CompactAsync(store);
        await using var training = new AuditedTraining(store, Steps, 1000);
        await training.Trainer.RunAsync();
        var removal = (await AuditedTraining.AuditOfAsync(store)).SelectMany(segment => segment)
            .Last(one => one.Policy == "least-recently-updated" && !training.Tables["items"].Contains(one.Row.Id));
        await using var replica = await ModelReplica.OpenAsync(store, CrashScenario.CreateModel(CrashScenario.CreateSchema()));
        string[] told =
        [
            $"{await SnapshotInspector.ExplainAsync(store, "items", removal.Row.Id)}",
            $"{await replica.ExplainAsync("items", removal.Row.Id)}",
            $"{await training.Trainer.ExplainAsync("items", removal.Row.Id)}",
        ];
        Assert.That(told, Is.All.Contain("evicted by least-recently-updated, to make room for others at the limit, at "));
        Assert.That(told[0], Does.Contain("has no row. It lost its row: ").And.Contain("As of commit"));
        Assert.That(told[1], Does.Contain("has no row, as of commit").And.Contain(" It lost its row: "));
    }

    private static async Task<List<string>> SegmentFilesAsync(SnapshotStore store) =>
        [.. (await store.ListAsync()).Select(file => file.Name).Where(name => name.EndsWith(".bytes", StringComparison.Ordinal))];
}
