namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>A writing under way, see <see cref="WriteLifetime"/>.</summary>
internal readonly struct WriteScope(TaskCompletionSource written) : IDisposable
{
    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        WriteLifetime.Leave();
        written.SetResult();
    }
}
