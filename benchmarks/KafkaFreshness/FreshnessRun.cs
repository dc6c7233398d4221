using System.Diagnostics;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kafka;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace KafkaFreshness;

/// <summary>
/// A trainer, a publisher and a replica in one process and on one clock. Each event has an id of its own, so that the replica has learned
/// from an event once it knows its id.
/// </summary>
/// <param name="servers">The brokers.</param>
/// <param name="topic">The topic of deltas.</param>
/// <param name="interval">The time between two deltas.</param>
/// <param name="rate">Events a second.</param>
internal sealed class FreshnessRun(string servers, string topic, TimeSpan interval, int rate)
{
    private static readonly TimeSpan LongestBatch = TimeSpan.FromMilliseconds(5);

    private readonly List<long> _made = [];
    private readonly FeatureSchemaBuilder _builder = new();

    public async Task<Freshness> MeasureAsync(int deltas, CancellationToken cancellationToken)
    {
        _builder.Table("events", row => row.Bias(new FtrlOptions()).Vector(8, new AdagradOptions()));
        var (slot, task) = (_builder.Slot("event", "events"), _builder.Task("click"));
        var schema = _builder.Build();
        var encoder = new ExampleEncoder<long>(schema, (in long number, ExampleWriter writer) =>
            writer.Id(slot, number).Label(task, number % 3 == 0).At(DateTimeOffset.UtcNow));
        using var tables = new EmbeddingTableSet(schema, new() { Seed = 1 });
        using var model = new DeepFm(schema, new() { Hidden = [8] });
        var store = new MemorySnapshotStore();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var client = new ClientConfig { BootstrapServers = servers };
        await using var publisher = new KafkaDeltaPublisher(store, new() { Client = client, Topic = topic });
        var options = new OnlineTrainerOptions { Synchronization = { SparseEvery = Schedule.ByClock(interval) } };
        options.Snapshots.Committed = publisher;
        var source = ExampleSource.From(EventsAsync(stopping.Token), encoder, batchSize: 256, LongestBatch);
        await using var trainer = new OnlineTrainer(tables, model, source, store, options);
        var publishing = publisher.RunAsync(stopping.Token);
        var training = trainer.RunAsync(cancellationToken: stopping.Token);
        while (trainer.NewestCommit is null) await Task.Delay(1, cancellationToken);
        // It never polls in time: what is measured came by the topic.
        await using var replica = await ModelReplica.OpenAsync(
            store, new DeepFm(schema, new() { Hidden = [8] }), new() { PollEvery = TimeSpan.FromHours(1) },
            cancellationToken: cancellationToken);
        var deltaSource = new KafkaDeltaSource(new() { Client = client, Topic = topic });
        var following = deltaSource.FollowAsync(replica, stopping.Token);
        while (deltaSource.GetHealth().Commit == 0) await Task.Delay(1, cancellationToken);
        var result = await WatchAsync(replica, deltaSource, deltas, cancellationToken);
        await stopping.CancelAsync();
        foreach (var running in new Task[] { training, publishing, following })
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return result;
    }

    private async Task<Freshness> WatchAsync(
        ModelReplica replica, KafkaDeltaSource source, int deltas, CancellationToken cancellationToken)
    {
        var next = 0L;
        while (replica.IsKnown("events", next)) next++;
        var (delays, begun, byTopic, seen) = (new List<double>(), replica.Version.Number, 0, replica.Version.Number);
        while (replica.Version.Number < begun + (ulong)deltas)
        {
            if (replica.Version.Number is var version && version != seen)
            {
                seen = version;
                for (; replica.IsKnown("events", next); next++) delays.Add(DelayOf(next));
                // The source notes what it applied a moment after the replica has it.
                for (var tries = 0; tries < 20 && source.GetHealth().Commit < version; tries++) await Task.Delay(1, cancellationToken);
                if (source.GetHealth().Commit == version) byTopic++;
            }
            await Task.Delay(1, cancellationToken);
        }
        delays.Sort();
        return new Freshness(
            delays.Count, At(delays, 0.5), At(delays, 0.99), At(delays, 1), FormattableString.Invariant($"{byTopic} of {deltas}"));
    }

    private static double At(List<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];

    private double DelayOf(long number)
    {
        lock (_made) return Stopwatch.GetElapsedTime(_made[(int)number]).TotalMilliseconds;
    }

    private async IAsyncEnumerable<long> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var number = 0L; !cancellationToken.IsCancellationRequested;)
        {
            for (var due = (long)(Stopwatch.GetElapsedTime(begun).TotalSeconds * rate); number < due; number++)
            {
                lock (_made) _made.Add(Stopwatch.GetTimestamp());
                yield return number;
            }
            await Task.Delay(1, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
