using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>The same against brokers that the variable KAFKA_SERVERS names: see docs/guide/kafka-deltas.md.</summary>
public class RealBrokerTests
{
    [Test]
    public async Task A_replica_follows_a_topic_of_real_brokers()
    {
        var servers = Environment.GetEnvironmentVariable("KAFKA_SERVERS");
        if (string.IsNullOrEmpty(servers)) Assert.Ignore("KAFKA_SERVERS names no brokers.");
        var (topic, client) = ($"deltas-{Guid.NewGuid():N}", new ClientConfig { BootstrapServers = servers });
        using var admin = new AdminClientBuilder(client).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 4, ReplicationFactor = 1 }]);
        try
        {
            await using var followed = await FollowedTopic.OpenAsync(client, topic);
            followed.Run();
            for (var i = 0; i < 20; i++) await followed.AssertComesToAsync(await followed.CommitAsync(full: i == 7));
            await FollowedTopic.Until(() => followed.Source.GetHealth().Commit == followed.Replica.Version.Number);
        }
        finally
        {
            await admin.DeleteTopicsAsync([topic]);
        }
    }
}
