using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Memory;

/// <summary>
/// Zeroed native memory. Large blocks are mappings of their own, so that freeing returns them to the system at once; small blocks, and all
/// blocks where there is no mapping call, come from the C library. A block that was not disposed is freed by its finalizer.
/// </summary>
internal sealed unsafe class NativeBlock : CriticalFinalizerObject, INativeMemory
{
    private const long SmallestMapping = 128 << 10;

    private static long _undisposedBytes;

    private readonly MemoryAccount _account;
    private readonly bool _isMapped;
    private nint _address;

    internal NativeBlock(long bytes, MemoryAccount account)
    {
        _account = account;
        Bytes = bytes;
        _isMapped = IsMapped(bytes);
        _address = (nint)(_isMapped ? LinuxMemory.Map(bytes) : AllocateZeroed((nuint)bytes));
        if (_address == 0)
        {
            GC.SuppressFinalize(this);
            throw new InsufficientMemoryException($"The system refused {bytes} bytes of memory.");
        }
        Interlocked.Add(ref _undisposedBytes, bytes);
    }

    ~NativeBlock() => Free();

    /// <summary>
    /// The bytes of all blocks of the process that were not disposed so far. What only a finalizer frees stays in: it tells of a leak,
    /// whenever the collector runs.
    /// </summary>
    public static long UndisposedBytes => Volatile.Read(ref _undisposedBytes);

    public byte* Pointer => (byte*)_address;

    public long Bytes { get; }

    /// <summary>What a block of at least that many bytes takes.</summary>
    public static long RoundUp(long bytes)
    {
        if (!IsMapped(bytes)) return bytes;
        var page = Environment.SystemPageSize;
        return (bytes + page - 1) / page * page;
    }

    public void Dispose()
    {
        if (Free()) Interlocked.Add(ref _undisposedBytes, -Bytes);
        GC.SuppressFinalize(this);
    }

    private static bool IsMapped(long bytes) => OperatingSystem.IsLinux() && bytes >= SmallestMapping;

    private static byte* AllocateZeroed(nuint bytes)
    {
        var pointer = NativeMemory.AlignedAlloc(bytes, Prefetch.LineBytes);
        NativeMemory.Clear(pointer, bytes);
        return (byte*)pointer;
    }

    // Once, also when two threads dispose their holder at the same time: what is freed twice may belong to another block by then.
    private bool Free()
    {
        var pointer = (byte*)Interlocked.Exchange(ref _address, 0);
        if (pointer == null) return false;
        if (_isMapped) LinuxMemory.Unmap(pointer, Bytes);
        else NativeMemory.AlignedFree(pointer);
        _account.Released(Bytes);
        return true;
    }
}
