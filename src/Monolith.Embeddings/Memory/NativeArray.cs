namespace Monolith.Embeddings.Memory;

/// <summary>Zeroed items in native memory, for those who may not hold pointers. Not thread-safe.</summary>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private readonly NativeBlock _block;

    /// <param name="length">How many items, at least 1.</param>
    /// <param name="account">Pays for them.</param>
    /// <exception cref="OutOfMemoryException">The limit would be exceeded, or the system has no more; nothing was allocated.</exception>
    public NativeArray(long length, MemoryAccount account) => (Length, _block) = (length, account.Allocate(length * sizeof(T)));

    public long Length { get; }

    public long Bytes => _block.Bytes;

    /// <summary>A part of the items; valid until the array is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is.</exception>
    public Span<T> Slice(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)start, (ulong)Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)length, (ulong)(Length - start));
        var items = (T*)_block.Pointer;
        ObjectDisposedException.ThrowIf(items == null, this);
        return new Span<T>(items + start, length);
    }

    public void Dispose() => _block.Dispose();
}
