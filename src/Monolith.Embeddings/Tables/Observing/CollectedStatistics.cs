namespace Monolith.Embeddings.Tables.Observing;

/// <summary>
/// The statistics of a table for a collection of metrics, which asks for each instrument on its own: read once, and again when an
/// instrument asks for the second time, since then it is another collection. Thread-safe.
/// </summary>
/// <param name="table">The name of the table.</param>
/// <param name="read">Reads the statistics; null where the table is disposed.</param>
/// <param name="time">The clock.</param>
internal sealed class CollectedStatistics(string table, Func<EmbeddingTableStatistics?> read, TimeProvider time)
{
    // Two listeners with different instruments would take each other's collections for their own.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private EmbeddingTableStatistics? _statistics;
    private ulong _askedBy;
    private long _readAt;

    /// <summary>The name of the table.</summary>
    public string Table => table;

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
        _statistics = read();
        _askedBy = 0;
        _readAt = time.GetTimestamp();
        Readings++;
    }
}
