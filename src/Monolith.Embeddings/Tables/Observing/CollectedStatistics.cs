namespace Monolith.Embeddings.Tables.Observing;

/// <summary>
/// The statistics of a table for a collection of metrics, which asks for each instrument on its own: read once, and again when an instrument asks for the
/// second time, for then it is another collection. Thread-safe.
/// </summary>
internal sealed class CollectedStatistics(EmbeddingTable table, TimeProvider time)
{
    // Two listeners with different instruments would take each other's collections for their own.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private EmbeddingTableStatistics? _statistics;
    private ulong _askedBy;
    private long _readAt;

    /// <summary>How often the table was read.</summary>
    public long Readings { get; private set; }

    /// <param name="instrument">Which instrument asks, 0 to 63.</param>
    /// <returns>Null where the table is disposed.</returns>
    public EmbeddingTableStatistics? For(int instrument)
    {
        lock (_lock)
        {
            var asker = 1UL << instrument;
            if (_statistics is null || (_askedBy & asker) != 0 || time.GetElapsedTime(_readAt) > Longest) Read();
            _askedBy |= asker;
            return _statistics;
        }
    }

    private void Read()
    {
        _statistics = table.TryGetStatistics();
        _askedBy = 0;
        _readAt = time.GetTimestamp();
        Readings++;
    }
}
