namespace Monolith.Embeddings.Streams;

/// <summary>
/// Reads records one by one, and can give up waiting for the next without losing it: the read goes on, and the next call meets its result.
/// </summary>
internal sealed class RecordCursor<T> : IAsyncDisposable
{
    private readonly CancellationTokenSource _reading;
    private readonly IAsyncEnumerator<T> _records;
    private Task<bool>? _pending;

    public RecordCursor(Func<CancellationToken, IAsyncEnumerable<T>> open, CancellationToken cancellationToken)
    {
        _reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _records = open(_reading.Token).GetAsyncEnumerator(_reading.Token);
    }

    public T Current => _records.Current;

    /// <summary>The read under way, which gave up waiting; null where there is none.</summary>
    public Task? Pending => _pending;

    /// <summary>Goes to the next record; false at the end of the stream.</summary>
    public ValueTask<bool> MoveNextAsync()
    {
        if (_pending is null) return _records.MoveNextAsync();
        var pending = _pending;
        _pending = null;
        return new ValueTask<bool>(pending);
    }

    /// <summary>
    /// Whether the next call of <see cref="MoveNextAsync"/> will not wait, at the latest when <paramref name="deadline"/> is over.
    /// </summary>
    public async ValueTask<bool> IsNextReadyAsync(Task deadline)
    {
        _pending ??= _records.MoveNextAsync().AsTask();
        if (_pending.IsCompleted) return true;
        if (deadline.IsCompleted) return false;
        return await Task.WhenAny(_pending, deadline).ConfigureAwait(false) == _pending;
    }

    /// <summary>Ends a read that is under way, and then the stream: an enumerator must not be disposed while it reads.</summary>
    public async ValueTask DisposeAsync()
    {
        await _reading.CancelAsync().ConfigureAwait(false);
        if (_pending is not null) await ((Task)_pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _records.DisposeAsync().ConfigureAwait(false);
        _reading.Dispose();
    }
}
