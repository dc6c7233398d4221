using System.Text.Json;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Kafka.Tests.Support;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Tests.Guide;

/// <summary>docs/guide/kafka.md: its code is compiled and run here.</summary>
public class GuideTests
{
    private static readonly string[] Files = ["ClickMessages", "KafkaClicks", "StandbyTrainer", "JoinedClicks"];

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        Assert.That(Page.Blocks("csharp"), Is.EqualTo(Files.Select(Page.Compiled)));

    [Test]
    public async Task Its_source_reads_clicks_and_keeps_what_is_none()
    {
        using var cluster = new MockCluster();
        cluster.Create("clicks", 1);
        cluster.Create("clicks-dead", 1);
        Write(cluster.Servers, "clicks", [9], Bytes(new Click(1, 2, true, Topics.Beginning)));
        using var dead = new KafkaDeadLetters(Topics.Client(cluster.Servers), "clicks-dead");
        using var source = KafkaClicks.Open(Topics.Client(cluster.Servers), dead, follow: false);
        Assert.That(await CountAsync(source), Is.EqualTo(1));
        Assert.That(dead.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Its_standby_trains_when_it_is_its_turn()
    {
        using var cluster = new MockCluster();
        foreach (var topic in new[] { "clicks", "clicks-dead", "clicks-control" }) cluster.Create(topic, 1);
        var store = new MemorySnapshotStore();
        using var stopping = new CancellationTokenSource();
        var run = StandbyTrainer.RunAsync(Topics.Client(cluster.Servers), store, stopping.Token);
        await Wait.UntilAsync(async () => await store.ReadManifestAsync() is not null);
        await stopping.CancelAsync();
        Assert.That(() => run, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Its_join_labels_impressions_by_their_clicks()
    {
        using var cluster = new MockCluster();
        foreach (var topic in new[] { "impressions", "actions", "dead" }) cluster.Create(topic, 1);
        Write(cluster.Servers, "impressions", Bytes(new Shown(7, 1, 2, Topics.Beginning)));
        Write(cluster.Servers, "actions", Bytes(new Clicked(7, 2, Topics.Beginning.AddSeconds(1))));
        var client = Topics.Client(cluster.Servers);
        using var impressions = JoinedClicks.Impressions(client, follow: false);
        using var actions = JoinedClicks.Actions(client, follow: false);
        using var dead = new KafkaDeadLetters(client, "dead");
        using var joiner = await JoinedClicks.JoinAsync(Joiner(), impressions, actions, dead);
        Assert.That(await CountAsync(joiner), Is.EqualTo(1));
    }

    private static OnlineJoiner<(long, long), Shown, Clicked> Joiner()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("items", r => r.Bias(new SgdOptions()));
        var item = f.Slot("item", "items");
        var click = f.Task("click");
        var encoder = new ExampleEncoder<Shown>(f.Build(), (in Shown shown, ExampleWriter w) => w.Id(item, shown.Item).At(shown.At));
        return new(JoinKeys.Int64Pair, new(encoder, shown => (shown.Request, shown.Item)),
            new(click, clicked => (clicked.Request, clicked.Item), clicked => clicked.At));
    }

    private static void Write(string servers, string topic, params byte[][] values) => TestMessages.Write(servers, topic, 0, values);

    private static byte[] Bytes<T>(T record) => JsonSerializer.SerializeToUtf8Bytes(record);

    private static async Task<float> CountAsync(ExampleSource source)
    {
        var labels = 0f;
        await foreach (var batch in source.ReadAsync(default, default))
        {
            foreach (var label in batch.Labels(source.Schema.Tasks[0])) labels += label;
            batch.Dispose();
        }
        return labels;
    }
}
