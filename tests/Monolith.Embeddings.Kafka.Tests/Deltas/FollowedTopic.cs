using Confluent.Kafka;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>A model that is published to a topic of the mock cluster, and a replica that follows it and never polls its store.</summary>
internal sealed class FollowedTopic : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _running = [];

    private FollowedTopic(ClientConfig client, string topic)
    {
        (Client, Topic) = (client, topic);
        Source = new KafkaDeltaSource(new()
        {
            Client = client,
            Topic = topic,
            Logger = Log,
            Patience = TimeSpan.FromSeconds(5),
            RetryAfter = TimeSpan.FromMilliseconds(50),
        });
    }

    public ClientConfig Client { get; }

    public string Topic { get; }

    public FakeLogger Log { get; } = new();

    public KafkaDeltaSource Source { get; }

    public SnapshotStore Store { get; } = new MemorySnapshotStore();

    public ServedShop Shop { get; private set; } = null!;

    public KafkaDeltaPublisher Publisher { get; private set; } = null!;

    /// <summary>What follows the topic.</summary>
    public ModelReplica Replica { get; private set; } = null!;

    /// <summary>What reads the store, when it is told to.</summary>
    public ModelReplica Reader { get; private set; } = null!;

    public static ClientConfig ClientOf(MockCluster cluster) => new() { BootstrapServers = cluster.Servers };

    public static Task<FollowedTopic> OpenAsync(MockCluster cluster, string topic, bool waits = true) =>
        OpenAsync(ClientOf(cluster), topic, waits);

    public static async Task<FollowedTopic> OpenAsync(ClientConfig client, string topic, bool waits = true)
    {
        var followed = new FollowedTopic(client, topic);
        followed.Publisher = followed.CreatePublisher();
        followed.Shop = new ServedShop(followed.Store, told: followed.Publisher);
        followed.Shop.Change();
        await followed.Shop.CommitAsync(full: true);
        followed.Replica = await ServedShop.OpenReplicaAsync(followed.Store);
        followed.Reader = await ServedShop.OpenReplicaAsync(followed.Store);
        followed._running.Add(followed.Source.FollowAsync(followed.Replica, followed._stopping.Token));
        if (waits) await Until(() => followed.Source.GetHealth().Status == KafkaDeltaStatus.Following);
        return followed;
    }

    public KafkaDeltaPublisher CreatePublisher(SnapshotStore? store = null) => new(store ?? Store, new()
    {
        Client = Client,
        Topic = Topic,
        MaxMessageBytes = 4096,
        RetryAfter = TimeSpan.FromMilliseconds(50),
        PollEvery = TimeSpan.FromHours(1),
        Logger = Log,
    });

    /// <summary>The publisher publishes whatever is committed from here on.</summary>
    public void Run() => _running.Add(Publisher.RunAsync(_stopping.Token));

    /// <summary>Learns and commits.</summary>
    public Task<SnapshotCommit> CommitAsync(bool full = false)
    {
        Shop.Change();
        return Shop.CommitAsync(full);
    }

    /// <summary>Waits until the replica holds a commit, and compares it with one that reads the store.</summary>
    public async Task AssertComesToAsync(SnapshotCommit commit)
    {
        await Until(() => Replica.Version.Commit == commit.Id);
        await Reader.CatchUpAsync();
        Assert.That(Replica.Version, Is.EqualTo(Reader.Version));
        Assert.That(ServedShop.AllOf(Replica), Is.EqualTo(ServedShop.AllOf(Reader)));
    }

    public static async Task Until(Func<bool> holds)
    {
        while (!holds()) await Task.Delay(5);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var task in _running) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Publisher.DisposeAsync();
        await Replica.DisposeAsync();
        await Reader.DisposeAsync();
        Shop.Dispose();
        _stopping.Dispose();
    }
}
