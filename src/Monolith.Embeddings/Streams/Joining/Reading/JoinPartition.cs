namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>A log that a joiner reads. Used by one thread, except its counts.</summary>
/// <param name="name">Its name among the joiner's.</param>
internal abstract class JoinPartition(string name) : IAsyncDisposable
{
    private long _bad, _skipped;

    /// <summary>Its name among the joiner's.</summary>
    public string Name { get; } = name;

    /// <summary>How far it has come.</summary>
    public PartitionTrack Track { get; set; } = null!;

    /// <summary>The read that is under way; null where none is.</summary>
    public abstract Task? Pending { get; }

    /// <summary>How many records were bad, in all readings together.</summary>
    public long BadRecords => Interlocked.Read(ref _bad);

    /// <summary>How many records were left out by their encoder, in all readings together.</summary>
    public long SkippedRecords => Interlocked.Read(ref _skipped);

    /// <summary>Opens the log.</summary>
    public abstract void Open(LogPosition from, CancellationToken cancellationToken);

    /// <summary>Reads what is there, without waiting for more.</summary>
    /// <param name="most">How many records at most.</param>
    /// <param name="processed">Everything up to this time is processed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Whether there was a record, or the end.</returns>
    public abstract ValueTask<bool> ReadAsync(int most, long processed, CancellationToken cancellationToken);

    /// <inheritdoc cref="RecordLog{TRecord}.CommittedAsync" />
    public abstract ValueTask CommittedAsync(LogPosition position, CancellationToken cancellationToken);

    /// <summary>Ends the reading. Another may begin.</summary>
    public abstract ValueTask DisposeAsync();

    protected void CountBad() => Interlocked.Increment(ref _bad);

    protected void CountSkipped() => Interlocked.Increment(ref _skipped);
}
