using Confluent.Kafka;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Kafka.Processes.Training;

/// <summary>
/// Trainings from a topic. Batches are cut by count, and it ends with the same bits whatever happens; or by time, and then each event has a
/// row that counts how often it was learned.
/// </summary>
public static class TopicTraining
{
    /// <summary>Where batches are cut.</summary>
    public const string Counted = "counted", Timed = "timed";

    /// <summary>The group whose offsets say how far the last commit has come.</summary>
    public const string Group = "trainer";

    /// <summary>Goes on from the store's newest commit.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="servers">The brokers.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="cut">How batches are cut.</param>
    /// <param name="follow">Whether it waits for more.</param>
    /// <param name="cancellationToken">Stops it, after a last commit.</param>
    /// <returns>What it came to.</returns>
    public static async Task<TopicResult> TrainAsync(
        SnapshotStore store, string servers, string topic, string cut, bool follow, CancellationToken cancellationToken = default)
    {
        var isTimed = cut == Timed;
        var schema = isTimed ? CreateCounts() : CrashScenario.CreateSchema();
        using var tables = CrashScenario.CreateTables(schema);
        using OnlineModel model = isTimed ? new CountModel(schema) : CrashScenario.CreateModel(schema);
        var options = CrashScenario.CreateOptions();
        options.Synchronization.SparseEvery = TimeSpan.FromMilliseconds(50);
        if (isTimed) options.MaxRefusedShare = 1;
        options.SourceFailures.Tolerated = null;
        options.SourceFailures.RetryAfter = TimeSpan.FromMilliseconds(100);
        using var source = CreateSource(schema, servers, topic, isTimed, follow);
        await using var trainer = new OnlineTrainer(tables, model, source, store, options);
        try
        {
            await trainer.RunAsync(null, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The turn is over; it was committed.
        }
        return TopicResult.Of(tables, model, trainer.Examples);
    }

    /// <summary>The source of such a training.</summary>
    public static KafkaExampleSource<TopicEvent> CreateSource(
        FeatureSchema schema, string servers, string topic, bool isTimed, bool follow)
    {
        var (slots, click) = (schema.Slots, schema.Tasks[0]);
        var encoder = new ExampleEncoder<TopicEvent>(schema, (in TopicEvent e, ExampleWriter w) =>
        {
            if (isTimed) w.Id(slots[0], e.Id);
            else w.Id(slots[0], e.User).Id(slots[1], e.Item);
            w.Label(click, e.Clicked).At(DateTimeOffset.FromUnixTimeMilliseconds(e.TimeMilliseconds));
        });
        return new(new()
        {
            Client = new ClientConfig { BootstrapServers = servers, ReconnectBackoffMs = 20, ReconnectBackoffMaxMs = 200 },
            Topic = topic,
            Group = Group,
            Follow = follow,
            Order = isTimed ? KafkaOrder.Arrival : KafkaOrder.EventTime,
            Records =
            {
                BatchSize = isTimed ? 500 : CrashScenario.BatchSize,
                MaxDelay = isTimed ? TimeSpan.FromMilliseconds(3) : null,
                BadRecords = { Limit = long.MaxValue },
            },
        }, TopicEvent.Read, encoder);
    }

    private static FeatureSchema CreateCounts()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("counts", r => r.Bias(new SgdOptions { LearningRate = 1 }));
        f.Slot("event", "counts");
        f.Task("click");
        return f.Build();
    }
}
