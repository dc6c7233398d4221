namespace Monolith.Embeddings.Streams.Files;

/// <summary>The file that follows another. The receiver owns what it has opened.</summary>
internal sealed class NextFile(NextFileKind kind, LogFile? file = null, int at = -1, int nextAt = -1, LogFile? moved = null) : IDisposable
{
    public NextFileKind Kind => kind;

    /// <summary>The next one, where there is one.</summary>
    public LogFile? File => file;

    /// <summary>Which of the list the first one is.</summary>
    public int At => at;

    /// <summary>Which of the list the next one is.</summary>
    public int NextAt => nextAt;

    /// <summary>The first one as it is now, where it was packed meanwhile.</summary>
    public LogFile? Moved => moved;

    public void Dispose()
    {
        file?.Dispose();
        moved?.Dispose();
    }
}
