namespace Monolith.Embeddings.Streams;

/// <summary>
/// Where a joiner keeps what it read of impressions and actions until their windows are closed: bytes that are appended at the end, read
/// anywhere, and dropped from the front. It is a cache: after a restart it is empty, and filled again from the commit.
/// </summary>
/// <remarks>
/// One thread appends, drops and truncates; others may read meanwhile. A place never changes its bytes, unless <see cref="Truncate"/> gave
/// it up.
/// </remarks>
public abstract class JoinStore : IDisposable
{
    /// <summary>The first place that can be read; at most <see cref="EndOffset"/>.</summary>
    public abstract long StartOffset { get; }

    /// <summary>The place after the last byte: where the next one goes.</summary>
    public abstract long EndOffset { get; }

    /// <summary>The memory that it takes, in bytes.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>The bytes that lie on disk; 0 where none do.</summary>
    public virtual long DiskBytes => 0;

    /// <summary>How many look-ups of single records read the disk.</summary>
    public virtual long DiskReads => 0;

    /// <summary>Appends bytes at <see cref="EndOffset"/>.</summary>
    /// <param name="bytes">The bytes; copied.</param>
    /// <returns>Where they begin.</returns>
    /// <exception cref="IOException">The disk refuses; nothing was appended, and what was there before can still be read.</exception>
    public abstract long Append(ReadOnlySpan<byte> bytes);

    /// <summary>Reads bytes from a place on.</summary>
    /// <param name="at">The place, <see cref="StartOffset"/> to <see cref="EndOffset"/>.</param>
    /// <param name="bytes">Receives them.</param>
    /// <returns>How many there were: as many as asked for, or all up to <see cref="EndOffset"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The place was dropped, or was never written.</exception>
    /// <exception cref="IOException">They cannot be read any more, or are not those that were written.</exception>
    public abstract int Read(long at, Span<byte> bytes);

    /// <summary>Drops all bytes before a place. A place before <see cref="StartOffset"/> does nothing.</summary>
    /// <param name="before">The place, at most <see cref="EndOffset"/>.</param>
    public abstract void Trim(long before);

    /// <summary>Gives up all bytes from a place on, so that others can be appended there.</summary>
    /// <param name="offset">The place, <see cref="StartOffset"/> to <see cref="EndOffset"/>.</param>
    public abstract void Truncate(long offset);

    /// <summary>Drops all bytes, and begins again at a place.</summary>
    /// <param name="at">The place; at least 0.</param>
    public abstract void Clear(long at);

    /// <summary>Gives back what it holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what it holds. Called once or more.</summary>
    /// <param name="disposing">True where <see cref="Dispose()"/> calls.</param>
    protected abstract void Dispose(bool disposing);
}
