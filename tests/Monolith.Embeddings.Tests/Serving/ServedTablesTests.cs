using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>Tables that replicas get with some of the commits alone.</summary>
public class ServedTablesTests : LeakChecked
{
    [Test]
    public async Task After_any_history_each_table_is_what_it_was_when_replicas_got_it([Range(1, 24)] int seed)
    {
        var random = new Random(seed);
        await using var history = new ServedHistory(seed);
        await history.CommitAsync();
        await history.JoinAsync();
        for (var step = 0; step < 60; step++)
        {
            var what = random.Next(100);
            if (what < 60) await history.CommitAsync(full: what == 0, Unserved(random));
            else if (what < 70) await history.FailAsync(Unserved(random));
            else if (what < 78) await history.FoldAsync();
            else if (what < 88) await history.RetainAsync(keepsOwed: random.Next(3) > 0);
            else if (what < 94) history.Restart();
            else await history.JoinAsync();
            foreach (var replica in history.Replicas)
            {
                if (random.Next(3) > 0) await history.FollowAsync(replica);
            }
        }
        await history.CommitAsync();
        foreach (var replica in history.Replicas)
        {
            await history.FollowAsync(replica);
            Assert.That(replica.Version.Tables, Is.Empty);
        }
        Assert.That(history.Publications, Is.GreaterThan(3));
        var inspection = await SnapshotInspector.VerifyAsync(history.Store);
        Assert.That(inspection.Problems, Is.Empty);
    }

    [Test]
    public async Task A_replica_that_follows_gets_the_rows_by_deltas_alone_however_often_the_chain_is_folded([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        await using var history = new ServedHistory(seed);
        await history.CommitAsync();
        var replica = await history.JoinAsync();
        for (var step = 0; step < 40; step++)
        {
            var commit = await history.CommitAsync(full: false, Unserved(random));
            await history.FollowAsync(replica);
            foreach (var table in ServedHistory.Names)
                Assert.That(replica.Version.NumberOf(table), Is.EqualTo(history.LastGiven(table, commit.Number)), "it never loads a full");
            if (random.Next(5) == 0) await history.FoldAsync();
            if (random.Next(3) == 0) await history.RetainAsync(keepsOwed: true);
            if (random.Next(8) == 0) history.Restart();
        }
        Assert.That(history.Publications, Is.GreaterThan(3));
    }

    [Test]
    public async Task Where_owed_commits_were_dropped_replicas_load_the_full()
    {
        await using var history = new ServedHistory(4);
        await history.CommitAsync();
        var follower = await history.JoinAsync();
        for (var i = 0; i < 4; i++) await history.CommitAsync(full: false, "items");
        await history.FollowAsync(follower);
        Assert.That(follower.Version.NumberOf("items"), Is.EqualTo(1));
        await history.FoldAsync();
        await history.RetainAsync(keepsOwed: false);
        await history.CommitAsync(full: false, "items");
        await history.FollowAsync(follower);
        Assert.That(follower.Version.NumberOf("items"), Is.EqualTo(1), "a full that is there is no reason to load it");
        var commit = await history.CommitAsync();
        Assert.That(commit.ServedTables, Is.EqualTo(new[] { new ServedTable { Name = "items", From = 5, To = 7 } }));
        var delta = await history.Trained.DeltaAsync(commit);
        var refused = Assert.ThrowsAsync<SnapshotException>(() => follower.ApplyAsync(delta))!;
        Assert.That(refused.Fault, Is.EqualTo(SnapshotFault.Refused));
        Assert.That(refused.Message, Does.Contain("'items' since commit 5").And.Contain("as of commit 1"));
        await history.FollowAsync(follower);
        Assert.That(follower.Version.Tables, Is.Empty);
    }

    [Test]
    public async Task A_delta_by_a_topic_gives_the_table_to_whom_has_it_as_of_the_last_time()
    {
        await using var history = new ServedHistory(5);
        await history.CommitAsync();
        var follower = await history.JoinAsync();
        foreach (var unserved in new string[][] { ["items"], ["items", "users"], ["items"], [] })
        {
            var commit = await history.CommitAsync(full: false, unserved);
            Assert.That(await follower.ApplyAsync(await history.Trained.DeltaAsync(commit)), Is.EqualTo(DeltaOutcome.Applied));
            await history.AssertAsync(follower);
        }
        Assert.That(history.Publications, Is.EqualTo(2), "users after two commits, items after three");
    }

    [Test]
    public async Task A_changed_or_missing_file_that_is_owed_makes_the_next_commit_a_full([Values] bool isMissing, [Values] bool isFolded)
    {
        await using var history = new ServedHistory(6);
        await history.CommitAsync();
        var follower = await history.JoinAsync();
        var owed = new List<SnapshotCommit>();
        for (var i = 0; i < 3; i++) owed.Add(await history.CommitAsync(full: false, "items"));
        if (isFolded) await history.FoldAsync();
        await history.CommitAsync(full: false, "items");
        var name = owed[1].Training.Name;
        var bytes = await history.Trained.ReadAsync(name);
        await history.Store.DeleteAsync(name);
        if (!isMissing)
        {
            bytes[^200] ^= 1;
            await using var file = await history.Store.CreateAsync(name);
            file.Write(bytes);
            await file.CommitAsync();
        }
        if (isFolded)
            Assert.That(() => history.CommitAsync(), Throws.TypeOf<SnapshotException>(), "no commit watches what is before the full");
        // Where bytes were changed, the chain may find it before, or come to them another time.
        SnapshotCommit commit;
        try
        {
            commit = await history.CommitAsync();
        }
        catch (SnapshotException) when (!isMissing && !isFolded)
        {
            commit = await history.CommitAsync();
        }
        Assert.That(commit.Kind, Is.EqualTo(SnapshotKind.Full));
        await history.FollowAsync(follower);
        Assert.That(follower.Version.Tables, Is.Empty);
    }

    [Test]
    public async Task Without_files_for_replicas_what_is_owed_comes_with_a_full()
    {
        await using var history = new ServedHistory(7);
        await history.CommitAsync();
        var follower = await history.JoinAsync();
        await history.CommitAsync(full: false, "items");
        await history.FollowAsync(follower);
        history.Trained.Chain.Dispose();
        using var trained = new TrainedModel(history.Store, 8, publishServing: false);
        trained.Train();
        Assert.That((await trained.CommitAsync(full: false, "items")).Kind, Is.EqualTo(SnapshotKind.Full));
        trained.Train();
        var delta = await trained.CommitAsync(full: false, "items");
        Assert.That((delta.Kind, delta.ServedTables.Count), Is.EqualTo((SnapshotKind.Delta, 0)));
        await follower.CatchUpAsync();
        trained.AssertEquals(follower);
    }

    [Test]
    public async Task A_back_up_is_restored_and_followed_though_tables_were_owed()
    {
        await using var history = new ServedHistory(9);
        await history.CommitAsync();
        var follower = await history.JoinAsync();
        for (var i = 0; i < 3; i++) await history.CommitAsync(full: false, "items");
        await history.FoldAsync();
        foreach (var unserved in new string[][] { ["items"], [], ["items"] }) await history.CommitAsync(full: false, unserved);
        var backup = new MemorySnapshotStore();
        await SnapshotBackup.CreateAsync(history.Store, backup);
        var expected = history.Trained.StateOf("users");
        for (var i = 0; i < 3; i++) await history.CommitAsync(full: false, "users");
        await history.FollowAsync(follower);
        await SnapshotBackup.RestoreAsync(backup, history.Store);
        Assert.That((await SnapshotInspector.VerifyAsync(history.Store)).Problems, Is.Empty);
        await follower.CatchUpAsync();
        Assert.That(TrainedModel.StateOf(follower, "users"), Is.EqualTo(expected));
        history.Restart();
        for (var i = 0; i < 3; i++) await history.CommitAsync(full: false, i < 2 ? ["users"] : []);
        await history.FollowAsync(follower);
        Assert.That(follower.Version.Tables, Is.Empty);
    }

    [Test]
    public async Task A_file_has_nothing_of_a_table_that_is_left_out_and_each_changed_id_once_where_it_comes()
    {
        await using var history = new ServedHistory(10);
        await history.CommitAsync();
        var changed = new HashSet<long>();
        SnapshotCommit commit = null!;
        for (var i = 0; i < 5; i++)
        {
            commit = await history.CommitAsync(full: false, i < 4 ? ["items"] : []);
            var (training, serving) = (await OpenAsync(isServing: false), await OpenAsync(isServing: true));
            using (training)
            using (serving)
            {
                changed.UnionWith(ItemsOf(training).Select(item => item.Id));
                var found = ItemsOf(serving).Select(item => item.Id).ToList();
                Assert.That(found, Is.Unique);
                Assert.That(found, i < 4 ? Is.Empty : Is.EquivalentTo(changed));
                Assert.That(serving.Tables[0].Rows, Is.EqualTo(training.Tables[0].Rows), "others are as before");
            }
        }
        Assert.That(changed, Is.Not.Empty);

        Task<SnapshotContents> OpenAsync(bool isServing) =>
            SnapshotContents.OpenAsync(history.Store, history.Trained.Chain.Id, commit, isServing, default);
    }

    [Test]
    public async Task Tables_that_are_not_there_are_refused()
    {
        using var trained = new TrainedModel();
        foreach (var names in new string[][] { ["other"], ["users", "users"], [null!] })
            Assert.That(async () => await trained.CutAsync(full: false, names), Throws.ArgumentException.With.Message.Contains("'items'"));
        Assert.That((await trained.CommitAsync(full: false, "users")).ServedTables, Is.Empty, "the first is a full");
    }

    [Test]
    public void A_version_tells_of_each_table()
    {
        var version = ReplicaVersion.None with { Number = 9, Tables = [new() { Name = "items", Number = 4 }] };
        Assert.That((version.NumberOf("items"), version.NumberOf("users")), Is.EqualTo((4ul, 9ul)));
        Assert.That(version, Is.EqualTo(ReplicaVersion.None with { Number = 9, Tables = [new() { Name = "items", Number = 4 }] }));
        Assert.That(version.ToString(), Does.Contain("items").And.Contain("4"));
    }

    private static IEnumerable<(long Id, bool IsRow)> ItemsOf(SnapshotContents file)
    {
        var table = file.Tables[1];
        foreach (var (blocks, bytes, isRow) in new[]
        {
            (table.RowBlocks, table.Records.RecordBytes, true), (table.RemovedBlocks, sizeof(long), false),
        })
        {
            foreach (var block in file.Reader.Read(blocks))
            {
                var ids = new List<long>();
                var items = new BlockItems(file.Name, block, bytes);
                while (items.MoveNext()) ids.Add(items.Id);
                foreach (var id in ids) yield return (id, isRow);
            }
        }
    }

    private static string[] Unserved(Random random) =>
        [.. ServedHistory.Names.Where((_, i) => random.Next(4) < (i == 0 ? 1 : 3))];
}
