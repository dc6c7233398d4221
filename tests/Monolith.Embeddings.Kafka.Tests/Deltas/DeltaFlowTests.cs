using Monolith.Embeddings.Kafka.Deltas.Assembly;
using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Kafka.Deltas.Publishing;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>
/// Messages in any order of partitions, lost, repeated and changed: whatever version a replica has, it has it to the bit, and it comes to
/// the newest. Without brokers, so that the same seed gives the same story.
/// </summary>
public class DeltaFlowTests
{
    [Test]
    public async Task A_replica_goes_from_commit_to_commit_without_its_store()
    {
        await using var flow = await DeltaFlow.OpenAsync();
        flow.Heals.Clear();
        for (var i = 0; i < 20; i++)
        {
            flow.Shop.Change();
            var commit = await flow.Shop.CommitAsync();
            await flow.PublishAsync();
            Assert.That(flow.Replica.Version.Commit, Is.Not.EqualTo(commit.Id));
            await flow.DeliverAllAsync();
            Assert.That(flow.Replica.Version.Commit, Is.EqualTo(commit.Id));
        }
        Assert.That((flow.Applied, flow.Heals.Count, flow.Assembler.WaitingBytes), Is.EqualTo((20, 0, 0L)));
    }

    [Test]
    public async Task Whatever_happens_to_messages_a_version_is_whole([Range(1, 25)] int seed)
    {
        var random = new Random(seed);
        await using var flow = await DeltaFlow.OpenAsync(seed, maxWaitingBytes: random.Next(3) == 0 ? 60_000 : 1 << 20);
        for (var i = 0; i < 25; i++)
        {
            flow.Shop.Change(random.Next(8, 120));
            await flow.Shop.CommitAsync(full: random.Next(12) == 0);
            if (random.Next(6) == 0) flow.Topic.ChangePublisher();
            if (random.Next(5) > 0) await flow.PublishAsync();
            for (var messages = random.Next(60); messages > 0; messages--) await flow.DeliverAsync(faults: 12);
            if (random.Next(5) == 0) await flow.WaitAsync();
        }
        await flow.PublishAsync();
        await flow.DeliverAllAsync(faults: 12);
        // What was lost last is seen once nothing more comes.
        await flow.WaitAsync();
        flow.Shop.Change();
        var last = await flow.Shop.CommitAsync();
        await flow.PublishAsync();
        await flow.DeliverAllAsync();
        await flow.WaitAsync();
        Assert.That(flow.Replica.Version.Commit, Is.EqualTo(last.Id));
        flow.AssertWhole();
        Assert.That((flow.Assembler.WaitingBytes, flow.Assembler.WaitingCommits), Is.EqualTo((0L, 0)));
        Assert.That(flow.Applied, Is.Positive);
        Assert.That(flow.Topic.Lost, Is.Positive);
    }

    [Test]
    public async Task Held_commits_and_tables_that_are_left_out_travel_too()
    {
        await using var flow = await DeltaFlow.OpenAsync();
        await using var other = await ServedShop.OpenReplicaAsync(flow.Shop.Store);
        flow.Heals.Clear();
        for (var i = 0; i < 12; i++)
        {
            flow.Shop.Change();
            var commit = i % 2 == 0 ? await flow.Shop.CommitAsync(isHeld: i % 4 == 0) : await flow.Shop.CommitAsync(unserved: "users");
            // What a replica has of it, one says that reads the store.
            await other.CatchUpAsync();
            flow.Shop.States[commit.Id] = ServedShop.StateOf(other);
            await flow.PublishAsync();
            await flow.DeliverAllAsync();
            Assert.That(flow.Replica.Version, Is.EqualTo(other.Version));
            Assert.That(ServedShop.AllOf(flow.Replica), Is.EqualTo(ServedShop.AllOf(other)));
        }
        Assert.That(flow.Heals, Is.Empty);
    }

    [Test]
    public async Task A_commit_that_never_becomes_whole_is_read_from_the_store()
    {
        await using var flow = await DeltaFlow.OpenAsync();
        flow.Shop.Change();
        var commit = await flow.Shop.CommitAsync();
        await flow.PublishAsync();
        await flow.DeliverAsync();
        flow.Heals.Clear();
        Assert.That(flow.Assembler.WaitingCommits, Is.EqualTo(1));
        flow.Time.Advance(DeltaFlow.Patience - TimeSpan.FromTicks(1));
        flow.Assembler.Look();
        Assert.That(flow.Assembler.Wanted, Is.Null);
        await flow.WaitAsync();
        Assert.That(flow.Replica.Version.Commit, Is.EqualTo(commit.Id));
        Assert.That(flow.Heals, Is.EqualTo(new[] { HealReason.Incomplete }));
        Assert.That(flow.Assembler.WaitingBytes, Is.Zero);
    }

    [Test]
    public async Task A_lost_message_is_noticed_by_the_next_one_of_its_partition()
    {
        await using var flow = await DeltaFlow.OpenAsync();
        flow.Shop.Change(rows: 200);
        await flow.Shop.CommitAsync();
        await flow.PublishAsync();
        await flow.DeliverAllAsync();
        flow.Shop.Change(rows: 200);
        await flow.Shop.CommitAsync();
        await flow.PublishAsync();
        flow.Topic.Lose(partition: 2);
        await flow.DeliverAllAsync();
        flow.Heals.Clear();
        flow.Shop.Change();
        var commit = await flow.Shop.CommitAsync();
        await flow.PublishAsync();
        await flow.DeliverAllAsync();
        Assert.That(flow.Heals, Does.Contain(HealReason.Gap));
        Assert.That(flow.Replica.Version.Commit, Is.EqualTo(commit.Id));
    }

    [Test]
    public async Task A_store_that_was_copied_back_is_believed_once_the_replica_has_read_it()
    {
        await using var flow = await DeltaFlow.OpenAsync();
        var version = flow.Replica.Version;
        var incarnations = new TrainerIncarnations();
        var (newer, older) = (Message(7, Guid.NewGuid()), Message(2, Guid.NewGuid()));
        Assert.That(incarnations.See(newer, version), Is.EqualTo((false, false)));
        Assert.That(incarnations.See(older, version), Is.EqualTo((true, false)));
        Assert.That(incarnations.See(older, version with { Commit = older.Commit }), Is.EqualTo((false, false)));
        Assert.That(incarnations.See(Message(3, Guid.NewGuid()), version), Is.EqualTo((false, true)));

        static DeltaMessage Message(ulong incarnation, Guid commit) => new() { Incarnation = incarnation, Commit = commit };
    }

    [Test]
    public async Task A_trainer_that_lost_the_store_is_not_listened_to()
    {
        await using var flow = await DeltaFlow.OpenAsync();
        flow.Shop.Change();
        await flow.Shop.CommitAsync();
        var before = await flow.ManifestAsync();
        using var next = new ServedShop(flow.Shop.Store, seed: 7);
        next.Change();
        var commit = await next.CommitAsync();
        foreach (var (id, state) in flow.Shop.States) next.States[id] = state;
        (var old, flow.Shop) = (flow.Shop, next);
        await flow.PublishAsync();
        await flow.DeliverAllAsync();
        Assert.That(flow.Replica.Version.Commit, Is.EqualTo(commit.Id));
        // What the other one had read of the store before.
        flow.Outcomes.Clear();
        flow.Topic.ChangePublisher();
        await flow.PublishAsync(before, new BacklogStep(before.Newest! with { Number = commit.Number + 1, Id = Guid.NewGuid() }, false));
        await flow.DeliverAllAsync();
        Assert.That(flow.Outcomes, Is.Not.Empty.And.All.EqualTo(MessageOutcome.Stale));
        Assert.That(flow.Assembler.WaitingCommits, Is.Zero);
        flow.AssertWhole();
        old.Dispose();
    }

    [Test]
    public async Task The_deltas_of_another_model_are_refused()
    {
        await using var flow = await DeltaFlow.OpenAsync();
        using var other = new ServedShop(new MemorySnapshotStore(), seed: 3);
        other.Change();
        await other.CommitAsync(full: true);
        other.Change();
        var delta = await other.CommitAsync();
        var manifest = SnapshotManifest.Parse((await other.Store.ReadManifestAsync())!.Bytes.Span);
        var sending = new DeltaSending(other.Store, flow.Topic, new() { MaxMessageBytes = 4096 });
        await sending.TrySendAsync(manifest, delta, DeltaFlow.Partitions, default);
        var version = flow.Replica.Version;
        flow.Outcomes.Clear();
        await flow.DeliverAllAsync();
        Assert.That(flow.Outcomes, Is.Not.Empty.And.All.EqualTo(MessageOutcome.OtherChain));
        Assert.That(flow.Replica.Version, Is.EqualTo(version));
    }
}
