namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A new file while it is written: a write-only stream that is not visible until it is committed. Disposing it without a commit leaves
/// nothing behind. Used by one thread at a time.
/// </summary>
/// <remarks>
/// After a failure the file is lost: every further write and the commit are refused, because what a failed flush left on the medium is
/// unknown and a second flush may still report success. Write the data again under another name.
/// </remarks>
/// <param name="name">The name that the file gets.</param>
public abstract class SnapshotFileStream(string name) : Stream
{
    private WriterState _state;
    private long _length;

    private enum WriterState
    {
        Open,
        Failed,
        Committed,
        Closed,
    }

    /// <summary>The name that the file gets.</summary>
    public string Name { get; } = name;

    /// <inheritdoc />
    public sealed override bool CanRead => false;

    /// <inheritdoc />
    public sealed override bool CanSeek => false;

    /// <inheritdoc />
    public sealed override bool CanWrite => _state == WriterState.Open;

    /// <summary>How many bytes were written.</summary>
    public sealed override long Length => _length;

    /// <summary>How many bytes were written. Cannot be set.</summary>
    public sealed override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Makes the file visible under its name and durable: when this returns, no power cut takes it back. Ends the writing.
    /// </summary>
    /// <param name="cancellationToken">Asked before anything is done; a commit that has begun is not interrupted.</param>
    /// <exception cref="SnapshotException">
    /// The medium failed, the name is taken, or an earlier write failed; no reader may use the file.
    /// </exception>
    public async ValueTask CommitAsync(CancellationToken cancellationToken = default)
    {
        RequireOpen();
        cancellationToken.ThrowIfCancellationRequested();
        Begin();
        await CommitCoreAsync(cancellationToken).ConfigureAwait(false);
        End(WriterState.Committed);
    }

    /// <inheritdoc />
    public sealed override void Write(ReadOnlySpan<byte> buffer)
    {
        Begin();
        WriteCore(buffer);
        _length += buffer.Length;
        End(WriterState.Open);
    }

    /// <inheritdoc />
    public sealed override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: only <see cref="CommitAsync"/> makes bytes durable.</summary>
    public sealed override void Flush()
    {
    }

    /// <inheritdoc />
    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public sealed override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Appends bytes. Called in order, never after a failure.</summary>
    /// <param name="buffer">The bytes; valid during the call alone.</param>
    /// <exception cref="SnapshotException">The medium failed.</exception>
    protected abstract void WriteCore(ReadOnlySpan<byte> buffer);

    /// <summary>Makes the file durable, then visible under a name that no file has. Called at most once, never after a failure.</summary>
    /// <param name="cancellationToken">May be ignored from the moment at which the file could be visible.</param>
    /// <exception cref="SnapshotException">The medium failed, or the name is taken.</exception>
    protected abstract ValueTask CommitCoreAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Called once, by the first disposal: releases what the writer holds and, without a commit, removes what was written. Throws nothing.
    /// </summary>
    /// <param name="committed">Whether the file was committed.</param>
    protected abstract void CloseCore(bool committed);

    /// <inheritdoc />
    protected sealed override void Dispose(bool disposing)
    {
        if (disposing)
        {
            var state = Interlocked.Exchange(ref _state, WriterState.Closed);
            if (state != WriterState.Closed) CloseCore(state == WriterState.Committed);
        }
        base.Dispose(disposing);
    }

    // Until it has ended, it counts as failed: a second thread is refused, and so is what comes after a failure.
    private void Begin()
    {
        if (Interlocked.CompareExchange(ref _state, WriterState.Failed, WriterState.Open) != WriterState.Open) RequireOpen();
    }

    // A stream that was closed meanwhile stays closed.
    private void End(WriterState state) => Interlocked.CompareExchange(ref _state, state, WriterState.Failed);

    private void RequireOpen()
    {
        ObjectDisposedException.ThrowIf(_state == WriterState.Closed, this);
        if (_state == WriterState.Open) return;
        throw new SnapshotException(SnapshotFault.Refused, Name, "a file that is being written",
            _state == WriterState.Committed ? "one that was committed."
                : "one whose writing failed, or that another thread writes to. Write the data again under another name.");
    }
}
