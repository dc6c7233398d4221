using Monolith.Embeddings.Kafka.Deltas.Assembly;
using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Kafka.Deltas.Publishing;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>What a publisher and a source do, without brokers and clocks: a replica that follows a topic in memory.</summary>
internal sealed class DeltaFlow : IAsyncDisposable
{
    public const int Partitions = 5;

    private readonly KafkaDeltaPublisherOptions _options = new() { MaxMessageBytes = 4096, MaxBacklog = 3 };
    private readonly DeltaSending _sending;
    private SnapshotCommit? _published;

    private DeltaFlow(ServedShop shop, ModelReplica replica, Random random, long maxWaitingBytes)
    {
        (Shop, Replica, Topic) = (shop, replica, new MemoryTopic(Partitions, random));
        (_sending, Assembler) = (new(shop.Store, Topic, _options), new(maxWaitingBytes, TimeSpan.FromSeconds(1), Time));
    }

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1);

    public ManualTime Time { get; } = new();

    public ServedShop Shop { get; set; }

    public ModelReplica Replica { get; }

    public MemoryTopic Topic { get; }

    public DeltaAssembler Assembler { get; }

    public int Applied { get; private set; }

    public List<HealReason> Heals { get; } = [];

    public List<MessageOutcome> Outcomes { get; } = [];

    public static async Task<DeltaFlow> OpenAsync(int seed = 1, long maxWaitingBytes = 1 << 20)
    {
        var shop = new ServedShop(new MemorySnapshotStore(), seed);
        shop.Change();
        await shop.CommitAsync(full: true);
        var flow = new DeltaFlow(shop, await ServedShop.OpenReplicaAsync(shop.Store), new Random(seed), maxWaitingBytes);
        await flow.PublishAsync();
        await flow.DeliverAllAsync();
        return flow;
    }

    public async Task<SnapshotManifest> ManifestAsync() => SnapshotManifest.Parse((await Shop.Store.ReadManifestAsync())!.Bytes.Span);

    /// <summary>Publishes what the store has that was not.</summary>
    public async Task PublishAsync()
    {
        var manifest = await ManifestAsync();
        foreach (var step in DeltaBacklog.After(manifest, _published, _options.MaxBacklog)) await PublishAsync(manifest, step);
    }

    public async Task PublishAsync(SnapshotManifest manifest, BacklogStep step)
    {
        if (step.IsAnnounced || await _sending.TrySendAsync(manifest, step.Commit, Partitions, default) is null)
            await _sending.AnnounceAsync(manifest, step.Commit, Partitions, default);
        _published = step.Commit;
    }

    /// <summary>One message comes, and the replica does what is due.</summary>
    public async Task<bool> DeliverAsync(int faults = 0)
    {
        if (Topic.Next(faults) is not var (partition, bytes)) return false;
        if (DeltaMessageFormat.Read(bytes).Message is { } message) Outcomes.Add(Assembler.Take(message, partition, Replica.Version));
        await ActAsync();
        return true;
    }

    public async Task DeliverAllAsync(int faults = 0)
    {
        while (await DeliverAsync(faults))
        {
        }
    }

    /// <summary>What waits too long is given up.</summary>
    public async Task WaitAsync()
    {
        Time.Advance(Patience);
        await ActAsync();
    }

    public void AssertWhole()
    {
        Assert.That(ServedShop.StateOf(Replica), Is.EqualTo(Shop.States[Replica.Version.Commit]), $"commit {Replica.Version.Number}");
    }

    public async ValueTask DisposeAsync()
    {
        await Replica.DisposeAsync();
        Shop.Dispose();
        Time.Dispose();
    }

    private async Task ActAsync()
    {
        Assembler.Look();
        while (Assembler.Next(Replica.Version) is { } delta)
        {
            try
            {
                Assert.That(await Replica.ApplyAsync(delta), Is.EqualTo(DeltaOutcome.Applied));
                Applied++;
                AssertWhole();
            }
            catch (SnapshotException)
            {
                Assembler.Want(HealReason.Refused);
            }
        }
        Assembler.Passed(Replica.Version);
        if (Assembler.Wanted is not { } reason) return;
        Heals.Add(reason);
        await Replica.CatchUpAsync();
        Assembler.Healed(Replica.Version);
        AssertWhole();
    }
}
