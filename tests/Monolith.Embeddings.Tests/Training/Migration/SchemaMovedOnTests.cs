using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>What a replica of the old schema says of a store that was migrated, and what the manifest holds of it.</summary>
public class SchemaMovedOnTests
{
    private static readonly Shape Before = new(), After = new() { Dense = 5 };

    [Test]
    public async Task A_replica_of_the_old_schema_serves_on_and_says_it_once([Values] bool isPinned)
    {
        var (store, next, log) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new FakeLogger());
        await Migrated.TrainAsync(store, Before, 160);
        var options = new ModelReplicaOptions { PollEvery = TimeSpan.FromDays(1), Logger = log, Commit = isPinned ? 1 : null };
        using var model = Before.CreateModel(Before.CreateSchema());
        await using var replica = await ModelReplica.OpenAsync(store, model, options);
        Assert.That(replica.MovedTo, Is.Null);
        await Migrated.RunAsync(store, Before, next, After);
        for (var poll = 0; poll < 3; poll++) await replica.CatchUpAsync();
        var chain = (await new SnapshotPublisher(next).ReadAsync(CancellationToken.None))!.Chain;
        var health = replica.GetHealth();
        Assert.That((health.Status, health.Version.Number), Is.EqualTo((ReplicaStatus.SchemaMovedOn, 1UL)));
        Assert.That((replica.MovedTo!.Chain, replica.MovedTo.Schema), Is.EqualTo((chain, After.CreateSchema().Fingerprint)));
        Assert.That(health.Description, Does.Contain($"The schema moved on: the store was migrated to chain {chain}."));
        Assert.That(Told(log), Is.EqualTo(1));
        // One that is opened then says so too.
        using var other = Before.CreateModel(Before.CreateSchema());
        await using (var late = await ModelReplica.OpenAsync(store, other, options))
            Assert.That(late.GetHealth().Status, Is.EqualTo(ReplicaStatus.SchemaMovedOn));
        await Migrated.TrainAsync(store, Before, 192);
        await replica.CatchUpAsync();
        Assert.That(replica.GetHealth().Status, Is.EqualTo(isPinned ? ReplicaStatus.Pinned : ReplicaStatus.Following));
        Assert.That(replica.MovedTo, Is.Null);
    }

    [Test]
    public async Task A_trainer_of_the_old_schema_that_takes_the_store_back_warns_once()
    {
        var (store, next, log) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new FakeLogger());
        await Migrated.TrainAsync(store, Before, 160);
        await Migrated.RunAsync(store, Before, next, After);
        var chain = (await new SnapshotPublisher(next).ReadAsync(CancellationToken.None))!.Chain;
        for (var start = 0; start < 2; start++)
        {
            using var tables = Shape.CreateTables(Before.CreateSchema());
            await SnapshotChain.OpenAsync(store, tables, new() { Logger = log });
        }
        var warned = log.Collector.GetSnapshot().Where(record => record.Level == LogLevel.Warning).ToList();
        Assert.That(warned.Select(record => record.Id.Id), Is.EqualTo(new[] { 2003 }));
        Assert.That(warned[0].Message, Does.Contain(chain.ToString()));
    }

    [Test]
    public void A_manifest_holds_where_its_chain_goes_on_and_no_changed_byte_is_taken()
    {
        var successor = new SnapshotSuccessor
        {
            Chain = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            Schema = 0x0123456789abcdef,
            Created = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        };
        var begun = SnapshotManifest.Begin(Guid.NewGuid(), Guid.NewGuid());
        var bytes = begun.MoveOn(successor, Guid.NewGuid()).ToBytes();
        var read = SnapshotManifest.Parse(bytes);
        Assert.That((read.Successor, read.Incarnation, read.TakeOver().Successor),
            Is.EqualTo((successor, begun.Incarnation + 1, (SnapshotSuccessor?)null)));
        Assert.That(System.Text.Encoding.UTF8.GetString(bytes), Does.Contain("\"schema\": \"0123456789abcdef\""));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.Throws<SnapshotException>(() => SnapshotManifest.Parse(changed), $"byte {i}");
        }
    }

    private static int Told(FakeLogger log) => log.Collector.GetSnapshot().Count(record => record.Id.Id == 4020);
}
