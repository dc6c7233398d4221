namespace Monolith.Embeddings.Streams;

/// <summary>When a batch that was begun is handed on. The default has not begun.</summary>
internal readonly struct BatchDeadline : IDisposable
{
    private readonly CancellationTokenSource? _left;

    public BatchDeadline(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        _left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Over = Task.Delay(delay, time, _left.Token);
    }

    public bool HasBegun => _left is not null;

    /// <summary>Complete once the delay is over.</summary>
    public Task Over { get; } = Task.CompletedTask;

    /// <summary>Lets go of the timer: a stream that fills its batches quickly would heap them up.</summary>
    public void Dispose()
    {
        _left?.Cancel();
        _left?.Dispose();
    }
}
