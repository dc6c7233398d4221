using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots.Formats;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>Replicas of commits that several processes write.</summary>
public sealed class PartedReplicaTests
{
    private static readonly ModelReplicaOptions Options = new() { PollEvery = Timeout.InfiniteTimeSpan };
    private static readonly long[] Ids = [.. Enumerable.Range(0, 10).Select(i => (long)i)];

    [Test]
    public async Task They_load_and_follow_all_parts()
    {
        using var writers = await Writers.OpenAsync();
        using var model = GoldenTrainer.CreateModel(writers.Schema);
        Assign(writers.Own, 1, 2);
        Assign(writers.Others, 3, 4);
        await writers.CommitAsync();
        await using var replica = await ModelReplica.OpenAsync(writers.Store, model, Options);
        writers.AssertServedBy(replica);
        writers.Own.Tables[0].Remove([1L]);
        writers.Others.Tables[0].Remove([3L]);
        Assign(writers.Own, 2, 5);
        Assign(writers.Others, 4, 6);
        var delta = await writers.CommitAsync();
        Assert.That(await replica.CatchUpAsync(), Is.True);
        writers.AssertServedBy(replica);
        Assert.That(
            () => new DeltaSnapshot(writers.Chain.Id, delta, ReadOnlyMemory<byte>.Empty),
            Throws.ArgumentException.With.Message.Contains("1 parts"));
        await SnapshotCompactor.CompactAsync(writers.Store);
        await SnapshotCompactor.RetainAsync(writers.Store, new() { Commits = 1, Age = TimeSpan.Zero });
        using var another = GoldenTrainer.CreateModel(writers.Schema);
        await using var late = await ModelReplica.OpenAsync(writers.Store, another, Options);
        writers.AssertServedBy(late);
    }

    [Test]
    public async Task A_delta_of_which_one_file_is_gone_changes_nothing([Values] bool ofPart)
    {
        using var writers = await Writers.OpenAsync();
        using var model = GoldenTrainer.CreateModel(writers.Schema);
        Assign(writers.Own, 1);
        Assign(writers.Others, 3);
        await writers.CommitAsync();
        await using var replica = await ModelReplica.OpenAsync(writers.Store, model, Options);
        var (before, version) = (Served(replica, writers.Own.Tables[0]), replica.Version);
        Assign(writers.Own, 2);
        Assign(writers.Others, 4);
        var delta = await writers.CommitAsync();
        await writers.Store.DeleteAsync((ofPart ? delta.Parts[0].Serving : delta.Serving)!.Name);
        Assert.That(() => replica.CatchUpAsync(), Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Missing));
        Assert.That((Served(replica, writers.Own.Tables[0]), replica.Version), Is.EqualTo((before, version)));
    }

    [Test]
    public async Task Tables_that_replicas_get_less_often_come_from_all_parts()
    {
        using var writers = await Writers.OpenAsync();
        using var model = GoldenTrainer.CreateModel(writers.Schema);
        Assign(writers.Own, 1, 2);
        Assign(writers.Others, 3, 4);
        await writers.CommitAsync();
        await using var replica = await ModelReplica.OpenAsync(writers.Store, model, Options);
        var name = writers.Own.Tables[0].Name;
        var before = Served(replica, writers.Own.Tables[0]);
        for (var i = 0; i < 3; i++)
        {
            Assign(writers.Own, 2, 5 + i);
            writers.Own.Tables[0].Remove([1L]);
            writers.Others.Tables[0].Remove([3L + i]);
            if (i == 1) await SnapshotCompactor.CompactAsync(writers.Store);
            var delta = await writers.CommitAsync(name);
            Assert.That(delta.ServedTables, Is.EqualTo(new[] { new ServedTable { Name = name, From = 1, To = 1 } }));
            Assert.That(await replica.CatchUpAsync(), Is.True);
            Assert.That(Served(replica, writers.Own.Tables[0]), Is.EqualTo(before));
        }
        Assert.That((await writers.CommitAsync()).ServedTables, Is.EqualTo(new[] { new ServedTable { Name = name, From = 1, To = 5 } }));
        await replica.CatchUpAsync();
        writers.AssertServedBy(replica);
        Assert.That((await SnapshotInspector.VerifyAsync(writers.Store)).Problems, Is.Empty);
    }

    private static void Assign(EmbeddingTableSet set, params long[] ids)
    {
        foreach (var table in set.Tables)
        {
            float[] values = [.. ids.SelectMany(id => Enumerable.Range(0, table.Dimension).Select(i => id + (i / 16f)))];
            table.Assign(ids, values, eventTime: At.Seconds(1000));
        }
    }

    private static float[] Served(ModelReplica replica, EmbeddingTable table)
    {
        var weights = new float[Ids.Length * table.Dimension];
        replica.Lookup(table.Name, Ids, weights);
        return weights;
    }

    private sealed class Writers : IDisposable
    {
        private SnapshotPartWriter? _writer;

        public MemorySnapshotStore Store { get; } = new();

        public Monolith.Embeddings.Features.FeatureSchema Schema { get; } = GoldenTrainer.CreateSchema();

        public EmbeddingTableSet Own { get; private init; } = null!;

        public EmbeddingTableSet Others { get; private init; } = null!;

        public SnapshotChain Chain { get; private set; } = null!;

        public static async Task<Writers> OpenAsync()
        {
            var schema = GoldenTrainer.CreateSchema();
            var writers = new Writers { Own = GoldenTrainer.CreateTables(schema), Others = GoldenTrainer.CreateTables(schema) };
            writers._writer = await SnapshotPartWriter.OpenAsync(writers.Store, writers.Others, "part");
            writers.Chain = await SnapshotChain.OpenAsync(writers.Store, writers.Own, new() { RestoreParts = false });
            return writers;
        }

        public async Task<SnapshotCommit> CommitAsync(params string[] unserved)
        {
            await using var pending = await Chain.CutAsync(
                new SnapshotCommitContents { PartNames = ["part"], UnservedTables = unserved });
            await using var cut = await _writer!.CutAsync(pending.Plan);
            return await pending.WriteAsync([await cut.WriteAsync()]);
        }

        // An id has a row with one of the two writers, and zeros with the other.
        public void AssertServedBy(ModelReplica replica)
        {
            for (var i = 0; i < Own.Tables.Count; i++)
            {
                var expected = new float[Ids.Length * Own.Tables[i].Dimension];
                var others = new float[expected.Length];
                Own.Tables[i].Lookup(Ids, expected);
                Others.Tables[i].Lookup(Ids, others);
                for (var j = 0; j < expected.Length; j++) expected[j] += others[j];
                Assert.That(Served(replica, Own.Tables[i]), Is.EqualTo(expected));
            }
        }

        public void Dispose()
        {
            Chain.Dispose();
            _writer!.Dispose();
            Own.Dispose();
            Others.Dispose();
        }
    }
}
