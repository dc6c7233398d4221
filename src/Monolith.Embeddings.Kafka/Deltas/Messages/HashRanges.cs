using System.Globalization;
using System.Text;

namespace Monolith.Embeddings.Kafka.Deltas.Messages;

/// <summary>Which partition has which hashes of ids: as many ranges of equal length as there are partitions.</summary>
internal static class HashRanges
{
    /// <summary>The partition of a hash.</summary>
    public static int PartitionOf(ulong hash, int partitions) => (int)Math.BigMul(hash, (ulong)partitions, out _);

    /// <summary>The least hash of a partition.</summary>
    public static ulong FirstOf(int partition, int partitions) =>
        partition == 0 ? 0 : (ulong)(((UInt128.One << 64) * (uint)partition + (uint)partitions - 1) / (uint)partitions);

    /// <summary>The key of all messages of a partition: its least hash, in hexadecimal digits.</summary>
    public static byte[] KeyOf(int partition, int partitions) =>
        Encoding.ASCII.GetBytes(FirstOf(partition, partitions).ToString("x16", CultureInfo.InvariantCulture));
}
