// <page>
using Monolith.Embeddings.Kafka;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public static class DeltasByTopic
{
    private const string Brokers = "localhost:9092", Topic = "recommender-deltas";

    // In the trainer's process.
    public static async Task TrainAsync(
        EmbeddingTableSet tables, OnlineModel model, ExampleSource source, SnapshotStore store, CancellationToken stopping)
    {
        await using var publisher = new KafkaDeltaPublisher(store, new() { Client = new() { BootstrapServers = Brokers }, Topic = Topic });
        var publishing = publisher.RunAsync(stopping);
        var options = new OnlineTrainerOptions();
        options.Snapshots.Committed = publisher;
        options.Synchronization.SparseEvery = Schedule.ByClock(TimeSpan.FromSeconds(1));
        await using var trainer = new OnlineTrainer(tables, model, source, store, options);
        await trainer.RunAsync(cancellationToken: stopping);
        await publisher.PublishAsync(CancellationToken.None);
    }

    // In each process that serves.
    public static async Task FollowAsync(ModelReplica replica, CancellationToken stopping)
    {
        var source = new KafkaDeltaSource(new() { Client = new() { BootstrapServers = Brokers }, Topic = Topic });
        await source.FollowAsync(replica, stopping);
    }
}
// </page>
