using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kafka.Processes.Training;
using Monolith.Embeddings.Kafka.Tests.Support;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Tests.Sources;

/// <summary>Sources whose one slot is the event's number, and what they yield.</summary>
internal static class EventReader
{
    private static readonly FeatureSchema Schema = Create();

    public static ExampleEncoder<TopicEvent> Encoder { get; } = new(Schema, (in TopicEvent e, ExampleWriter w) => w
        .Id(Schema.Slots[0], e.Id)
        .Label(Schema.Tasks[0], e.Clicked)
        .At(DateTimeOffset.FromUnixTimeMilliseconds(e.TimeMilliseconds)));

    public static KafkaExampleSource<TopicEvent> Open(
        string servers, string topic, Action<KafkaSourceOptions<TopicEvent>>? set = null,
        Func<TopicEvent, DateTimeOffset>? eventTime = null)
    {
        var options = new KafkaSourceOptions<TopicEvent>
        {
            Client = Topics.Client(servers),
            Topic = topic,
            Follow = false,
            EventTime = eventTime,
            Records = { BatchSize = 7 },
        };
        set?.Invoke(options);
        return new(options, TopicEvent.Read, Encoder);
    }

    /// <summary>The batches from a position on, up to some number of them.</summary>
    public static async Task<List<(long[] Ids, StreamPosition Position)>> ReadAsync(
        ExampleSource source, StreamPosition from = default, int most = int.MaxValue, CancellationToken cancellationToken = default)
    {
        var batches = new List<(long[], StreamPosition)>();
        if (most == 0) return batches;
        await foreach (var batch in source.ReadAsync(from, cancellationToken))
        {
            batches.Add((batch.Ids(Schema.Slots[0]).ToArray(), batch.Position));
            batch.Dispose();
            if (batches.Count == most) break;
        }
        return batches;
    }

    /// <summary>All events from a position on.</summary>
    public static async Task<long[]> EventsAsync(ExampleSource source, StreamPosition from = default) =>
        [.. (await ReadAsync(source, from)).SelectMany(batch => batch.Ids)];

    private static FeatureSchema Create()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("events", r => r.Bias(new SgdOptions()));
        f.Slot("event", "events");
        f.Task("click");
        return f.Build();
    }
}
