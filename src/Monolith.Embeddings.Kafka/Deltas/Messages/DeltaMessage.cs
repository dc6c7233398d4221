namespace Monolith.Embeddings.Kafka.Deltas.Messages;

/// <summary>A message of a topic of deltas.</summary>
internal sealed class DeltaMessage
{
    public DeltaMessageKind Kind { get; init; }

    /// <summary>The chain of the commit.</summary>
    public Guid Chain { get; init; }

    /// <summary>Random bits of the publisher that wrote it.</summary>
    public Guid Publisher { get; init; }

    /// <summary>Which message of its publisher it is in its partition, from 0 on.</summary>
    public ulong Sequence { get; init; }

    /// <summary>The incarnation of the trainer that held the store when the publisher read the manifest.</summary>
    public ulong Incarnation { get; init; }

    /// <summary>The commit's number.</summary>
    public ulong Number { get; init; }

    /// <summary>The commit's identity.</summary>
    public Guid Commit { get; init; }

    /// <summary>How many partitions the commit's messages were spread over.</summary>
    public int Partitions { get; init; }

    /// <summary>Which message of its commit it is, from 0 on.</summary>
    public int Index { get; init; }

    /// <summary>How many messages its commit has.</summary>
    public int Count { get; init; }

    /// <summary>The length of the commit's file, in bytes.</summary>
    public long FileLength { get; init; }

    /// <summary>What the manifest says of the commit, see <see cref="CommitText"/>; with the first message of a commit alone.</summary>
    public ReadOnlyMemory<byte> CommitText { get; init; }

    /// <summary>Where the bytes of <see cref="Payload"/> stand in the file, one stretch after the other.</summary>
    public IReadOnlyList<DeltaRun> Runs { get; init; } = [];

    /// <summary>Bytes of the file.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }
}
