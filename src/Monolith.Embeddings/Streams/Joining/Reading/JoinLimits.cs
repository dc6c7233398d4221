namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>What a joiner has at most.</summary>
internal static class JoinLimits
{
    /// <summary>How many partitions.</summary>
    public const int MaxPartitions = 65536;

    /// <summary>The earliest event time: the first millisecond of the year 1.</summary>
    public const long EarliestTime = -62_135_596_800_000;

    /// <summary>The latest event time: the last millisecond of the year 9999.</summary>
    public const long LatestTime = 253_402_300_799_999;
}
