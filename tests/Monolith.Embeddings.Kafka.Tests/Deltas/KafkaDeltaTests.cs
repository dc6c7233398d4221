using Monolith.Embeddings.Kafka.Deltas.Assembly;
using Monolith.Embeddings.Kafka.Deltas.Diagnostics;
using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Kafka.Tests.Support;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>Publisher and source over the mock cluster.</summary>
public class KafkaDeltaTests
{
    [Test]
    public async Task A_replica_that_follows_the_topic_equals_one_that_reads_the_store_at_every_version()
    {
        using var cluster = new MockCluster(3);
        cluster.Create("t", 4);
        await using var followed = await FollowedTopic.OpenAsync(cluster, "t");
        followed.Run();
        var before = KafkaDeltaMeter.Received[MessageOutcome.Taken];
        for (var i = 0; i < 15; i++) await followed.AssertComesToAsync(await followed.CommitAsync(full: i == 7));
        // Noted a moment after the replica has it.
        await FollowedTopic.Until(() => followed.Source.GetHealth().Commit == followed.Replica.Version.Number);
        Assert.That(followed.Source.GetHealth().Status, Is.EqualTo(KafkaDeltaStatus.Following));
        await FollowedTopic.Until(() => followed.Publisher.GetHealth().Commit == followed.Replica.Version.Number);
        Assert.That(followed.Publisher.GetHealth().Commit, Is.EqualTo(followed.Replica.Version.Number));
        Assert.That(KafkaDeltaMeter.Received[MessageOutcome.Taken], Is.GreaterThan(before + 15));
    }

    [Test]
    public async Task Brokers_that_go_down_cost_nothing_but_time()
    {
        using var cluster = new MockCluster(3);
        cluster.Create("t", 3);
        await using var followed = await FollowedTopic.OpenAsync(cluster, "t");
        followed.Run();
        await followed.AssertComesToAsync(await followed.CommitAsync());
        for (var times = 0; times < 2; times++)
        {
            cluster.TakeDown();
            var commits = new[] { await followed.CommitAsync(), await followed.CommitAsync() };
            // By the store, once the client has seen that no broker answers.
            await followed.AssertComesToAsync(commits[1]);
            Assert.That(followed.Source.GetHealth().Status, Is.EqualTo(KafkaDeltaStatus.Failing));
            cluster.BringUp();
            await FollowedTopic.Until(() => followed.Source.GetHealth().Status == KafkaDeltaStatus.Following);
            var applied = await followed.CommitAsync();
            await followed.AssertComesToAsync(applied);
            await FollowedTopic.Until(() => followed.Publisher.GetHealth().Commit == applied.Number);
        }
    }

    [Test]
    public async Task Brokers_that_are_down_at_the_start_are_waited_for_and_training_goes_on_meanwhile()
    {
        using var cluster = new MockCluster(3);
        cluster.Create("t", 2);
        cluster.TakeDown();
        await using var followed = await FollowedTopic.OpenAsync(cluster, "t", waits: false);
        followed.Run();
        await FollowedTopic.Until(() => followed.Source.GetHealth().Status == KafkaDeltaStatus.Failing);
        Assert.That(followed.Source.GetHealth().Problem, Does.EndWith("."));
        await FollowedTopic.Until(() => followed.Publisher.GetHealth().Status == KafkaDeltaStatus.Failing);
        await followed.AssertComesToAsync(await followed.CommitAsync());
        cluster.BringUp();
        await FollowedTopic.Until(() => followed.Source.GetHealth().Status == KafkaDeltaStatus.Following);
        await FollowedTopic.Until(() => followed.Publisher.GetHealth().Status == KafkaDeltaStatus.Following);
        // The first may still come by the look at the store with which the following begins.
        do await followed.AssertComesToAsync(await followed.CommitAsync());
        while (followed.Source.GetHealth().Commit == 0);
        var logged = followed.Log.Collector.GetSnapshot().Select(record => record.Id.Id).ToHashSet();
        Assert.That(logged, Is.SupersetOf(new[] { 6102, 6103, 6110, 6111 }));
    }

    [Test]
    public async Task Deltas_of_another_model_and_messages_of_other_programs_change_nothing()
    {
        using var cluster = new MockCluster(3);
        cluster.Create("t", 2);
        await using var followed = await FollowedTopic.OpenAsync(cluster, "t");
        followed.Run();
        await followed.AssertComesToAsync(await followed.CommitAsync());
        TestMessages.Write(cluster.Servers, "t", 0, [[1, 2, 3], null, new byte[5000]]);
        using (var other = new ServedShop(new MemorySnapshotStore(), seed: 9))
        {
            other.Change();
            await other.CommitAsync(full: true);
            await using var publisher = followed.CreatePublisher(other.Store);
            await publisher.PublishAsync();
        }
        await FollowedTopic.Until(() => followed.Source.GetHealth().Status == KafkaDeltaStatus.OtherModel);
        Assert.That(followed.Source.GetHealth().Problem, Does.Contain($"{followed.Shop.Chain.Id}"));
        await followed.AssertComesToAsync(await followed.CommitAsync());
        Assert.That(followed.Source.GetHealth().Status, Is.EqualTo(KafkaDeltaStatus.Following));
        var logged = followed.Log.Collector.GetSnapshot().Select(record => record.Id.Id).ToHashSet();
        Assert.That(logged, Is.SupersetOf(new[] { 6112, 6113 }));
    }

    [Test]
    public async Task A_replica_that_joins_in_the_middle_and_one_that_was_pinned_come_to_the_newest()
    {
        using var cluster = new MockCluster(3);
        cluster.Create("t", 2);
        await using var followed = await FollowedTopic.OpenAsync(cluster, "t");
        followed.Run();
        for (var i = 0; i < 5; i++) await followed.AssertComesToAsync(await followed.CommitAsync());
        await followed.Replica.PinAsync(3);
        await followed.CommitAsync();
        await using var late = await ServedShop.OpenReplicaAsync(followed.Store);
        using var stopping = new CancellationTokenSource();
        var source = new KafkaDeltaSource(new() { Client = FollowedTopic.ClientOf(cluster), Topic = "t" });
        var following = source.FollowAsync(late, stopping.Token);
        var last = await followed.CommitAsync();
        await FollowedTopic.Until(() => late.Version.Commit == last.Id);
        Assert.That(ServedShop.StateOf(late), Is.EqualTo(followed.Shop.States[last.Id]));
        Assert.That(followed.Replica.Version.Number, Is.EqualTo(3));
        await followed.Replica.UnpinAsync();
        await followed.AssertComesToAsync(await followed.CommitAsync());
        await stopping.CancelAsync();
        Assert.That(() => following, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_second_following_at_once_and_options_that_cannot_be_used_are_refused()
    {
        using var cluster = new MockCluster(3);
        cluster.Create("t", 1);
        await using var followed = await FollowedTopic.OpenAsync(cluster, "t");
        Assert.That(() => followed.Source.FollowAsync(followed.Replica), Throws.InvalidOperationException);
        Assert.That(
            () => new KafkaDeltaPublisher(followed.Store, new() { MaxMessageBytes = 1, PollEvery = TimeSpan.Zero }),
            Throws.Exception.With.Message.Contains("BootstrapServers").And.Message.Contains("Topic").And.Message.Contains("MaxMessageBytes")
                .And.Message.Contains("PollEvery"));
        Assert.That(
            () => new KafkaDeltaSource(new() { MaxWaitingBytes = 0, Patience = TimeSpan.FromDays(2) }),
            Throws.Exception.With.Message.Contains("BootstrapServers").And.Message.Contains("MaxWaitingBytes")
                .And.Message.Contains("Patience"));
    }
}
