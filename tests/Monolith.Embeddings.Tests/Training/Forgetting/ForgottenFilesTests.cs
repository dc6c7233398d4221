using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>Where forgotten ids still are, and that no rewind brings them back.</summary>
public class ForgottenFilesTests : LeakChecked
{
    [Test]
    public async Task After_a_fold_and_retention_no_byte_of_any_file_is_theirs([Range(0, 4)] int seed, [Values] Staleness staleness)
    {
        var (store, visits) = (new MemorySnapshotStore(), VisitTraining.Visits(seed));
        // One with a row, one that is counted alone.
        visits[1][0] = visits[1][0] with { Person = VisitTraining.Person(100) };
        visits[1][1] = visits[1][1] with { Person = VisitTraining.Person(101) };
        visits[1][2] = visits[1][2] with { Person = VisitTraining.Person(100) };
        visits[2][2] = visits[2][2] with { Person = VisitTraining.Person(100) };
        // The last one before they are forgotten.
        visits[11][2] = visits[11][2] with { Person = VisitTraining.Person(100) };
        long[] people = [VisitTraining.Person(100), VisitTraining.Person(101)];
        await using var training = new VisitTraining(visits, store, end: 12, options => options.Staleness = staleness);
        await training.Trainer.RunAsync();
        Assert.That(training.Tables["people"].Contains(people[0]), Is.True);
        var report = await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", people));
        Assert.That(report.RowsRemoved, Is.EqualTo(1));
        // Exactly those, of the files that commits have.
        var held = report.Commits.SelectMany(commit => commit.Held).ToList();
        Assert.That(held, Is.All.Matches<HeldFile>(file => file.IsCertain));
        Assert.That(held.Select(file => file.Name).Distinct(), Is.EquivalentTo(await StoredIds.FilesWithAsync(store, people)));
        Assert.That(report.Commits, Is.All.Matches<HeldCommit>(commit => commit.IsCertain && commit.ToString().Contains("holds them in")));
        Assert.That(report.Commits.Select(commit => commit.Number), Does.Contain(report.Commit!.Number));
        var found = await SnapshotInspector.FindForgottenAsync(store);
        Assert.That(found.Select(one => one.Place), Does.Contain("rows of 'people'").And.Contains("removals of 'people'")
            .And.Contains("counted ids of 'people'"));
        Assert.That(found.Select(one => one.File).Distinct(), Is.EquivalentTo(await StoredIds.FilesWithAsync(store, people)));
        training.Source.End = visits.Count;
        await training.Trainer.RunAsync();
        await SnapshotCompactor.CompactAsync(store);
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That(await StoredIds.FilesWithAsync(store, people), Is.Empty);
        Assert.That(await SnapshotInspector.FindForgottenAsync(store), Is.Empty);
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
    }

    [Test]
    public async Task A_trainer_that_never_ran_forgets_and_back_ups_are_searched_too([Values] bool hasCommits)
    {
        var (store, backups, visits) = (new MemorySnapshotStore(), new MemorySnapshotStore(), VisitTraining.Visits(4));
        var person = VisitTraining.Person(3);
        await using (var training = new VisitTraining(visits, store, end: hasCommits ? 12 : 0))
            await training.Trainer.RunAsync();
        if (hasCommits) await SnapshotBackup.CreateAsync(store, backups);
        await using (var training = new VisitTraining(visits, store))
        {
            var request = new ForgetRequest().Add("people", person);
            request.Backups.Add(backups);
            Assert.That((await training.Trainer.ForgetAsync(request)).RowsRemoved, Is.EqualTo(hasCommits ? 1 : 0));
            Assert.That(training.Tables["people"].Contains(person), Is.False);
        }
        var found = await SnapshotInspector.FindForgottenAsync(store, searched: backups);
        Assert.That(found.Select(one => one.File).Distinct(), Is.EquivalentTo(await StoredIds.FilesWithAsync(backups, person)));
        Assert.That(found, hasCommits ? Is.Not.Empty : Is.Empty);
    }

    [Test]
    public async Task What_does_not_hold_them_is_not_in_the_report()
    {
        var (store, backups, visits) = (new MemorySnapshotStore(), new MemorySnapshotStore(), VisitTraining.Visits(4));
        var stranger = VisitTraining.Person(77);
        await using var training = new VisitTraining(visits, store, end: 12);
        await training.Trainer.RunAsync();
        await SnapshotBackup.CreateAsync(store, backups);
        var request = new ForgetRequest().Add("people", stranger);
        request.Backups.Add(backups);
        var report = await training.Trainer.ForgetAsync(request);
        Assert.That((report.Commits.Count, report.Backups.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task What_cannot_be_read_may_hold_them_and_the_report_says_why([Values] bool isTooLarge)
    {
        var (store, backups, visits, person) = (
            new MemorySnapshotStore(), new MemorySnapshotStore(), VisitTraining.Visits(4), VisitTraining.Person(3));
        await using var training = new VisitTraining(visits, store, end: 12);
        await training.Trainer.RunAsync();
        await SnapshotBackup.CreateAsync(store, backups);
        var files = await StoredIds.FilesWithAsync(backups, person);
        if (!isTooLarge)
        {
            foreach (var name in files) await SpoilAsync(backups, name, person);
        }
        var request = new ForgetRequest { MaxSearchedFileBytes = isTooLarge ? 10 : long.MaxValue }.Add("people", person);
        request.Backups.Add(backups);
        var report = await training.Trainer.ForgetAsync(request);
        Assert.That(report.Commits, Is.Not.Empty.And.All.Matches<HeldCommit>(commit => commit.IsCertain != isTooLarge));
        var held = report.Backups.Single();
        Assert.That((held.IsCertain, held.ToString().Contains("may hold")), Is.EqualTo((false, true)));
        Assert.That(held.Held.Select(file => file.Name), isTooLarge ? Is.EquivalentTo(held.Files) : Is.EquivalentTo(files));
        Assert.That(held.Held.Select(file => file.Reason), Is.All.Contains(isTooLarge ? "up to 10 are read" : "could not be read"));
    }

    [Test]
    public void A_limit_below_zero_is_refused()
    {
        Assert.That(async () =>
        {
            await using var training = new VisitTraining(VisitTraining.Visits(4));
            await training.Trainer.ForgetAsync(new ForgetRequest { MaxSearchedFileBytes = -1 }.Add("people", 1));
        }, Throws.ArgumentException.With.Message.Contains("MaxSearchedFileBytes is -1"));
    }

    [Test]
    public async Task A_rewind_brings_nobody_back()
    {
        var (store, visits) = (new MemorySnapshotStore(), VisitTraining.Visits(4));
        var person = VisitTraining.Person(3);
        ulong early;
        await using (var training = new VisitTraining(visits, store, end: 12, configure: Keep))
        {
            await training.Trainer.RunAsync();
            early = training.Trainer.NewestCommit!.Number - 1;
            Assert.That(training.Tables["people"].Contains(person), Is.True);
            await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", person));
        }
        var restored = await SnapshotBackup.RestoreCommitAsync(store, early);
        await using (var training = new VisitTraining(visits, store, configure: Keep))
        {
            training.Source.End = 0;
            await training.Trainer.RunAsync();
            Assert.That(training.Tables["people"].Contains(person), Is.False);
            Assert.That(training.Trainer.NewestCommit!.Number, Is.GreaterThan(restored.Number), "replicas hear of it at once");
            await AssertReplicaLacksAsync(store, person);
            training.Source.End = visits.Count;
            await training.Trainer.RunAsync();
            Assert.That(training.Tables["people"].Contains(person), Is.False);
            Assert.That(training.Trainer.SuppressedExamples, Is.GreaterThan(0));
        }
        // A usual start has nothing to remove, and commits nothing by itself.
        await using (var training = new VisitTraining(visits, store, configure: Keep))
        {
            await training.Trainer.RunAsync();
            var newest = training.Trainer.NewestCommit!.Number;
            await training.DisposeAsync();
            await using var next = new VisitTraining(visits, store, configure: Keep);
            await next.Trainer.RunAsync();
            Assert.That(next.Trainer.NewestCommit!.Number, Is.EqualTo(newest));
        }
    }

    [Test]
    public async Task A_restore_of_an_older_back_up_brings_nobody_back()
    {
        var (store, backups, visits) = (new MemorySnapshotStore(), new MemorySnapshotStore(), VisitTraining.Visits(5));
        var person = VisitTraining.Person(0);
        await using (var training = new VisitTraining(visits, store, end: 10))
        {
            await training.Trainer.RunAsync();
            var made = await SnapshotBackup.CreateAsync(store, backups);
            var request = new ForgetRequest().Add("people", person);
            request.Backups.Add(backups);
            var report = await training.Trainer.ForgetAsync(request);
            Assert.That(report.Backups.Select(held => (held.Store, held.Id, held.Newer)), Is.EqualTo(new[] { (0, made.Id, 0) }));
            Assert.That(await SnapshotInspector.FindForgottenAsync(store, backups), Is.Not.Empty);
        }
        var other = new MemorySnapshotStore();
        await SnapshotBackup.RestoreAsync(backups, other);
        await using (var training = new VisitTraining(visits, other))
        {
            await training.Trainer.RunAsync();
            Assert.That(training.Tables["people"].Contains(person), Is.False);
        }
    }

    [Test]
    public async Task A_back_up_takes_along_what_was_forgotten_before_it()
    {
        var (store, backups, visits) = (new MemorySnapshotStore(), new MemorySnapshotStore(), VisitTraining.Visits(5));
        await using var training = new VisitTraining(visits, store, end: 10);
        await training.Trainer.RunAsync();
        await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", 1, 2, 3));
        await SnapshotBackup.CreateAsync(store, backups);
        await SnapshotBackup.RetainAsync(backups, 1);
        Assert.That((await SuppressionStore.ReadAsync(backups, default)).Covers(await SuppressionStore.ReadAsync(store, default)), Is.True);
    }

    [Test]
    public async Task What_may_come_again_stays_where_it_came_again_but_for_a_rewind()
    {
        var (store, visits) = (new MemorySnapshotStore(), VisitTraining.Visits(3));
        var (person, until) = (VisitTraining.Person(7), DateTimeOffset.FromUnixTimeMilliseconds(visits[12][^1].Time));
        ulong early;
        await using (var training = new VisitTraining(visits, store, end: 10, configure: Keep))
        {
            await training.Trainer.RunAsync();
            early = training.Trainer.NewestCommit!.Number;
            await training.Trainer.ForgetAsync(new ForgetRequest { Until = until }.Add("people", person));
            training.Source.End = visits.Count;
            await training.Trainer.RunAsync();
            Assert.That(training.Tables["people"].Contains(person), Is.True);
        }
        await using (var training = new VisitTraining(visits, store, configure: Keep))
        {
            await training.Trainer.RunAsync();
            Assert.That(training.Tables["people"].Contains(person), Is.True, "it is new");
        }
        await SnapshotBackup.RestoreCommitAsync(store, early);
        await using (var training = new VisitTraining(visits, store, end: 13, configure: Keep))
        {
            await training.Trainer.RunAsync();
            Assert.That(training.Tables["people"].Contains(person), Is.False, "it is old");
        }
    }

    [Test]
    public async Task A_list_that_was_changed_is_refused_and_nobody_is_fenced_off()
    {
        var (store, visits) = (new MemorySnapshotStore(), VisitTraining.Visits(5));
        await using var training = new VisitTraining(visits, store, end: 6);
        await training.Trainer.RunAsync();
        await training.Trainer.ForgetAsync(new ForgetRequest().Add("people", 1));
        var name = (await store.ListAsync()).Single(file => SuppressionStore.IsList(file.Name)).Name;
        var bytes = SuppressionFormat.Write(await SuppressionStore.ReadAsync(store, default));
        for (var bit = 0; bit < 8 * bytes.Length; bit += 37)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(() => SuppressionFormat.Read(changed), Throws.InstanceOf<FormatException>(), $"bit {bit}");
        }
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(() => SuppressionFormat.Read(bytes.AsSpan(0, length)), Throws.InstanceOf<FormatException>());
        await store.DeleteAsync(name);
        store.Commit(name, [.. bytes.SkipLast(1)]);
        await using (var next = new VisitTraining(visits, store))
        {
            Assert.That(() => next.Trainer.RunAsync(), Throws.InstanceOf<SnapshotException>().With.Message.Contains(name)
                .And.Message.Contains("copy of the file"));
        }
        training.Source.End = visits.Count;
        await training.Trainer.RunAsync();
    }

    [Test]
    public void Lists_join_whoever_wrote_them([Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        var known = new Dictionary<(string, long), long>();
        SuppressionList[] lists = [SuppressionList.Empty, SuppressionList.Empty, SuppressionList.Empty];
        for (var i = 0; i < 60; i++)
        {
            var (table, id) = (random.Next(2) == 0 ? "a" : "b", VisitTraining.Person(random.Next(12)));
            var until = random.Next(2) == 0 ? SuppressedId.ForEver : random.Next(100);
            ref var list = ref lists[random.Next(3)];
            list = list.With(table, [id], until, i);
            known[(table, id)] = Math.Max(until, known.GetValueOrDefault((table, id)));
        }
        var all = SuppressionFormat.Read(SuppressionFormat.Write(lists[2].With(lists[0]).With(lists[1])));
        foreach (var list in lists) Assert.That(all.Covers(list), Is.True);
        Assert.That(lists[0].Covers(all), Is.False);
        for (var person = 0; person < 14; person++)
        {
            foreach (var table in (string[])["a", "b", "c"])
            {
                var isKnown = known.TryGetValue((table, VisitTraining.Person(person)), out var until);
                Assert.That(all.TryFind(table, VisitTraining.Person(person), out var found), Is.EqualTo(isKnown));
                Assert.That(found.Until, Is.EqualTo(until));
            }
        }
    }

    // Commits stay for as long as these tests need them.
    private static void Keep(OnlineTrainerOptions options) =>
        options.Synchronization.Retention = new() { Commits = 1000, Age = TimeSpan.FromDays(1) };

    private static async Task AssertReplicaLacksAsync(SnapshotStore store, long person)
    {
        await using var replica = await ModelReplica.OpenAsync(
            store, new DeepFm(VisitTraining.CreateSchema(), new() { Hidden = [4], Seed = 3 }));
        Assert.That(replica.Lookup("people", [person], new float[4]), Is.Zero);
    }

    private static async Task SpoilAsync(MemorySnapshotStore store, string name, long id)
    {
        byte[] bytes;
        using (var file = await store.OpenAsync(name)) file.Read(0, bytes = new byte[file.Length]);
        var at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(id));
        if (at < 0) at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(KeyMixer.Mix((ulong)id)));
        bytes[at] ^= 1;
        await store.DeleteAsync(name);
        store.Commit(name, bytes);
    }
}
