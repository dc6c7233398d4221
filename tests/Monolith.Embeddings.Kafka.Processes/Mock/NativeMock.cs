using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Kafka.Processes.Mock;

/// <summary>librdkafka's mock cluster, which the client of .NET does not show.</summary>
internal static class NativeMock
{
    public const int Producer = 0;

    private const string Library = "librdkafka";

    // The package has a file for each kind of system; glibc of Debian 12 takes the one for CentOS 8.
    private static readonly string[] Names = ["centos8-librdkafka", "librdkafka", "alpine-librdkafka"];

    static NativeMock() => NativeLibrary.SetDllImportResolver(typeof(NativeMock).Assembly, (name, assembly, path) =>
    {
        if (name != Library) return 0;
        foreach (var file in Names)
        {
            if (NativeLibrary.TryLoad(file, assembly, path, out var handle)) return handle;
        }
        return 0;
    });

    [DllImport(Library)]
    public static extern nint rd_kafka_conf_new();

    [DllImport(Library, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern int rd_kafka_conf_set(
        nint conf, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, byte[] error,
        nint errorBytes);

    [DllImport(Library)]
    public static extern nint rd_kafka_new(int type, nint conf, byte[] error, nint errorBytes);

    [DllImport(Library)]
    public static extern void rd_kafka_destroy(nint handle);

    [DllImport(Library)]
    public static extern nint rd_kafka_mock_cluster_new(nint handle, int brokers);

    [DllImport(Library)]
    public static extern void rd_kafka_mock_cluster_destroy(nint cluster);

    [DllImport(Library)]
    public static extern nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [DllImport(Library, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern int rd_kafka_mock_topic_create(
        nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicas);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_broker_set_up(nint cluster, int broker);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_broker_set_rtt(nint cluster, int broker, int milliseconds);

    [DllImport(Library, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern int rd_kafka_mock_partition_set_leader(
        nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partition, int broker);

    [DllImport(Library)]
    public static extern int rd_kafka_mock_push_request_errors_array(nint cluster, short api, nuint count, int[] errors);
}
