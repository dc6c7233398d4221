using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kafka.Processes.Training;
using Monolith.Embeddings.Kafka.Tests.Support;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Tests.Joining;

/// <summary>
/// A joiner over two topics, with clients of its own. An action is an event with the number of its impression, and an item of 1 to sum.
/// </summary>
internal sealed class JoinedTopics : IDisposable
{
    private readonly KafkaTopic<TopicEvent> _impressions, _actions;

    private JoinedTopics(string servers, string impressions, string actions)
    {
        _impressions = new KafkaTopic<TopicEvent>(Options(servers, impressions), TopicEvent.Read);
        _actions = new KafkaTopic<TopicEvent>(Options(servers, actions), TopicEvent.Read);
        var f = new FeatureSchemaBuilder();
        f.Table("events", r => r.Bias(new SgdOptions()));
        var slot = f.Slot("event", "events");
        var click = f.Task("click");
        var encoder = new ExampleEncoder<TopicEvent>(f.Build(), (in TopicEvent e, ExampleWriter w) => w.Id(slot, e.Id).At(TimeOf(e)));
        Joiner = new(JoinKeys.Int64, new(encoder, e => e.Id), new(click, e => e.Id, TimeOf), new()
        {
            Window = TimeSpan.FromSeconds(10),
            BackwardWindow = TimeSpan.FromSeconds(1),
            AllowedLateness = TimeSpan.FromSeconds(2),
            BatchSize = 17,
        });
    }

    public OnlineJoiner<long, TopicEvent, TopicEvent> Joiner { get; }

    public static async Task<JoinedTopics> OpenAsync(
        string servers, string impressions = "impressions", string actions = "actions", BadRecords<KafkaRecord<TopicEvent>>? bad = null)
    {
        var topics = new JoinedTopics(servers, impressions, actions);
        try
        {
            await topics.Joiner.AddTopicsAsync(topics._impressions, topics._actions, bad, bad);
            return topics;
        }
        catch
        {
            topics.Dispose();
            throw;
        }
    }

    /// <summary>Examples from a position on, up to some number of batches: events and their labels; and the position behind them.</summary>
    public async Task<(List<(long Event, float Label)> Examples, StreamPosition? Position)> ReadAsync(StreamPosition from, int most)
    {
        var (examples, count) = (new List<(long, float)>(), 0);
        await foreach (var batch in Joiner.ReadAsync(from, default))
        {
            var ids = batch.Ids(Joiner.Schema.Slots[0]);
            var labels = batch.Labels(Joiner.Schema.Tasks[0]);
            for (var i = 0; i < ids.Length; i++) examples.Add((ids[i], labels[i]));
            var position = batch.Position;
            batch.Dispose();
            if (++count == most) return (examples, position);
        }
        return (examples, null);
    }

    public void Dispose()
    {
        Joiner.Dispose();
        _impressions.Dispose();
        _actions.Dispose();
    }

    private static DateTimeOffset TimeOf(TopicEvent e) => DateTimeOffset.FromUnixTimeMilliseconds(e.TimeMilliseconds);

    private static KafkaTopicOptions Options(string servers, string topic) => new()
    {
        Client = Topics.Client(servers),
        Topic = topic,
        Follow = false,
        Group = "joiner",
    };
}
