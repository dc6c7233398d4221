namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// The life of something that is written once and disposed, both by any thread: what is disposed while it is written ends after the
/// writing. Thread-safe.
/// </summary>
internal sealed class WriteLifetime
{
    // Flows into what the writing calls, on other threads too.
    private static readonly AsyncLocal<WriteLifetime?> _inside = new();

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isWritten, _isDisposed;
    private Task? _writing;

    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public void RequireOpen(object owner) => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, owner);

    /// <summary>Begins the writing.</summary>
    /// <param name="owner">What is written.</param>
    /// <param name="name">What to call it in a message.</param>
    /// <returns>Ends the writing when it is disposed.</returns>
    /// <exception cref="InvalidOperationException">It was written before.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public WriteScope Begin(object owner, string name)
    {
        RequireOpen(owner);
        if (Interlocked.Exchange(ref _isWritten, 1) != 0)
            throw new InvalidOperationException($"This {name} was written already, or failed to be.");
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _writing, written.Task);
        // Either this sees that it is disposed, or who disposes sees that it is written.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isDisposed) != 0)
        {
            written.SetResult();
            RequireOpen(owner);
        }
        _inside.Value = this;
        return new WriteScope(written);
    }

    /// <summary>Ends the scope of a writing.</summary>
    public static void Leave() => _inside.Value = null;

    /// <summary>Whether the caller is the first who disposes: it stops the writing, and then calls <see cref="End"/>.</summary>
    public bool TryDispose() => Interlocked.Exchange(ref _isDisposed, 1) == 0;

    /// <summary>The writing, if there is one.</summary>
    public Task Writing => Volatile.Read(ref _writing) ?? Task.CompletedTask;

    /// <summary>Says that everything was released.</summary>
    public void End() => _ended.SetResult();

    /// <summary>
    /// Waits for <see cref="End"/>. Called by what the writing calls, it cannot: what is held is released at the writing's end.
    /// </summary>
    public Task WaitAsync() => _inside.Value == this ? Task.CompletedTask : _ended.Task;
}
