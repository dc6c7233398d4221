using System.Runtime.InteropServices;
using System.Text;

namespace Monolith.Embeddings.Kafka.Processes.Mock;

/// <summary>
/// A cluster of brokers within this process, librdkafka's own mock: what it honours stands in docs/design/kafka.md. Topics must be made
/// here; about 5 MB a partition are kept, and what is older is dropped silently.
/// </summary>
public sealed class MockCluster : IDisposable
{
    private readonly int _brokers;
    private nint _client, _cluster;

    /// <param name="brokers">How many; their numbers begin at 1.</param>
    public MockCluster(int brokers = 1)
    {
        var error = new byte[512];
        _brokers = brokers;
        var settings = NativeMock.rd_kafka_conf_new();
        // The handle is there for the cluster alone: that it has no servers of its own is not worth a line.
        _ = NativeMock.rd_kafka_conf_set(settings, "log_level", "0", error, error.Length);
        _client = NativeMock.rd_kafka_new(NativeMock.Producer, settings, error, error.Length);
        if (_client == 0) throw new InvalidOperationException($"No handle: {Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        _cluster = NativeMock.rd_kafka_mock_cluster_new(_client, brokers);
        if (_cluster == 0) throw new InvalidOperationException("No cluster.");
        Servers = Marshal.PtrToStringUTF8(NativeMock.rd_kafka_mock_cluster_bootstraps(_cluster))!;
    }

    /// <summary>What a client needs as its bootstrap servers.</summary>
    public string Servers { get; }

    /// <summary>Makes a topic, which must be new: the mock cannot give a topic more partitions.</summary>
    public void Create(string topic, int partitions) =>
        Require(NativeMock.rd_kafka_mock_topic_create(_cluster, topic, partitions, Math.Min(3, _brokers)));

    /// <summary>Ends the connections of a broker, and refuses new ones.</summary>
    public void TakeDown(int broker) => Require(NativeMock.rd_kafka_mock_broker_set_down(_cluster, broker));

    /// <summary>Lets a broker work again; nothing it had is lost.</summary>
    public void BringUp(int broker) => Require(NativeMock.rd_kafka_mock_broker_set_up(_cluster, broker));

    /// <summary>Takes all brokers down.</summary>
    public void TakeDown()
    {
        for (var broker = 1; broker <= _brokers; broker++) TakeDown(broker);
    }

    /// <summary>Lets all brokers work again.</summary>
    public void BringUp()
    {
        for (var broker = 1; broker <= _brokers; broker++) BringUp(broker);
    }

    /// <summary>Delays each answer of a broker.</summary>
    public void Delay(int broker, int milliseconds) =>
        Require(NativeMock.rd_kafka_mock_broker_set_rtt(_cluster, broker, milliseconds));

    /// <summary>Makes a broker the leader of a partition.</summary>
    public void Lead(string topic, int partition, int broker) =>
        Require(NativeMock.rd_kafka_mock_partition_set_leader(_cluster, topic, partition, broker));

    /// <summary>Answers the next requests of a kind with errors, one each.</summary>
    /// <param name="api">The kind: 0 is produce, 1 fetch, 2 list offsets, 3 metadata, 8 commit of offsets.</param>
    /// <param name="errors">Codes of the protocol.</param>
    public void Fail(short api, params int[] errors) =>
        Require(NativeMock.rd_kafka_mock_push_request_errors_array(_cluster, api, (nuint)errors.Length, errors));

    public void Dispose()
    {
        if (_cluster != 0) NativeMock.rd_kafka_mock_cluster_destroy(_cluster);
        if (_client != 0) NativeMock.rd_kafka_destroy(_client);
        (_cluster, _client) = (0, 0);
    }

    private static void Require(int error)
    {
        if (error != 0) throw new InvalidOperationException($"The mock cluster refuses it with error {error}.");
    }
}
