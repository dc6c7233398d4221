namespace Monolith.Embeddings.Streams.Joining.Stores;

/// <summary>What is said of scratch files that cannot be written or read.</summary>
internal static class ScratchFaults
{
    private const string Advice = "Nothing durable is lost: begin again from the last commit.";

    public delegate void Writing<in TState>(ReadOnlySpan<byte> bytes, TState state);

    public delegate int Reading<in TState>(Span<byte> bytes, TState state);

    /// <summary>Writes.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Guard<TState>(string path, ReadOnlySpan<byte> bytes, TState state, Writing<TState> write)
    {
        try
        {
            write(bytes, state);
        }
        catch (Exception cause) when (IsOfDisk(cause))
        {
            throw NotWritten(path, bytes.Length, cause);
        }
    }

    /// <summary>Reads.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static int Guard<TState>(string path, Span<byte> bytes, TState state, Reading<TState> read)
    {
        try
        {
            return read(bytes, state);
        }
        catch (Exception cause) when (IsOfDisk(cause))
        {
            throw new IOException($"'{path}', which holds open impressions of a joiner, cannot be read: {cause.Message} {Advice}", cause);
        }
    }

    /// <summary>Whether the file system refused something.</summary>
    public static bool IsOfDisk(Exception cause) => cause is IOException or UnauthorizedAccessException;

    /// <summary>A file cannot be written. Has the system's own code, by which a full disk is told.</summary>
    public static IOException NotWritten(string path, long bytes, Exception cause) => new(
        $"{bytes} bytes of open impressions of a joiner cannot be written to '{path}': {cause.Message} Make room there, raise "
        + $"{nameof(JoinStoreOptions)}.{nameof(JoinStoreOptions.MemoryBytes)}, or name another {nameof(JoinStoreOptions.Folder)}. {Advice}",
        cause)
    { HResult = cause.HResult };

    /// <summary>A file is not what was written.</summary>
    public static IOException Changed(string path, string expected, string found) => new(
        $"'{path}', which holds open impressions of a joiner, was changed by another: expected {expected}, found {found}. {Advice}");
}
