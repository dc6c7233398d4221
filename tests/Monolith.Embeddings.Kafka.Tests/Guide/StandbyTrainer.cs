// <page>
using Confluent.Kafka;
using Monolith.Embeddings.Kafka;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public static class StandbyTrainer
{
    public static Task RunAsync(ClientConfig client, SnapshotStore store, CancellationToken stopping)
    {
        var standby = new KafkaStandby(new() { Client = client, ControlTopic = "clicks-control", Group = "clicks-trainers" });
        return standby.RunAsync(async ending =>
        {
            var schema = ClickMessages.Encoder.Schema;
            using var tables = new EmbeddingTableSet(schema);
            using var model = new FactorizationMachine(schema);
            using var deadLetters = new KafkaDeadLetters(client, "clicks-dead");
            using var source = KafkaClicks.Open(client, deadLetters);
            // Opening the trainer on the store fences off the one before.
            await using var trainer = new OnlineTrainer(tables, model, source, store);
            await trainer.RunAsync(null, ending);
        }, stopping);
    }
}
// </page>
