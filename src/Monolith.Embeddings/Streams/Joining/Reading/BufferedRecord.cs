namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>A record that waits for the watermark.</summary>
internal struct BufferedRecord
{
    /// <summary>When it is processed.</summary>
    public long Time;

    /// <summary>Which of its partition's arrivals it is.</summary>
    public long Arrival;

    /// <summary>The first bytes of its key, as a number whose order is theirs.</summary>
    public ulong KeyBegin;

    /// <summary>The index of its partition.</summary>
    public int Partition;

    /// <summary>The next of its millisecond; -1 at the last.</summary>
    public int Next;

    /// <summary>Where its entry lies.</summary>
    public ChunkPlace Entry;

    /// <summary>What it is.</summary>
    public RecordPhase Phase;
}
