namespace Monolith.Embeddings.Memory;

/// <summary>
/// Counts the native memory that its holder has, and refuses what would exceed the limit. The limit is a backstop: the code that fills
/// tables plans below it. Thread-safe.
/// </summary>
internal sealed class MemoryAccount(long limitBytes)
{
    private long _bytes;

    public long LimitBytes { get; } = limitBytes;

    /// <summary>
    /// Asked with the size before each allocation; what it throws is the system's refusal. Tests let any one allocation fail by it.
    /// </summary>
    public Action<long>? OnAllocate { get; set; }

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Zeroed memory of at least that size, to be disposed.</summary>
    /// <exception cref="OutOfMemoryException">The limit would be exceeded, or the system has no more; nothing was allocated.</exception>
    public NativeBlock Allocate(long bytes)
    {
        bytes = NativeBlock.RoundUp(bytes);
        Reserve(bytes);
        try
        {
            OnAllocate?.Invoke(bytes);
            return new NativeBlock(bytes, this);
        }
        catch
        {
            Released(bytes);
            throw;
        }
    }

    internal void Released(long bytes) => Interlocked.Add(ref _bytes, -bytes);

    // What does not fit is never counted, not even for a moment: another thread's request would be refused for it.
    private void Reserve(long bytes)
    {
        for (var used = Bytes; ;)
        {
            if (bytes > LimitBytes - used)
                throw new InsufficientMemoryException(
                    $"{bytes} bytes are needed and {used} are in use; the limit is {LimitBytes}. Raise MemoryLimitBytes.");
            var found = Interlocked.CompareExchange(ref _bytes, used + bytes, used);
            if (found == used) return;
            used = found;
        }
    }
}
