namespace Monolith.Embeddings.Kafka.Merging;

/// <summary>Which messages of a partition a reading takes.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The first offset.</param>
/// <param name="End">The offset behind the last; the greatest number for no end.</param>
internal readonly record struct PartitionBounds(int Partition, long From, long End);
