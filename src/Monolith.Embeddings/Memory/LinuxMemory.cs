using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Memory;

/// <summary>The few calls of Linux's C library that mappings need.</summary>
internal static unsafe partial class LinuxMemory
{
    public const long HugePageBytes = 2 << 20;

    private const int ReadWrite = 0x1 | 0x2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const int AdviseHugePage = 14;
    private static readonly void* Failed = (void*)-1;

    /// <summary>
    /// Maps zeroed memory; null where the system refuses. From the size of a huge page up it starts on one and is advised to use them.
    /// </summary>
    /// <param name="bytes">A whole number of pages.</param>
    public static byte* Map(long bytes) => bytes < HugePageBytes ? MapPages(bytes) : MapHugePages(bytes);

    public static void Unmap(byte* address, long bytes) => _ = MemoryUnmap(address, (nuint)bytes);

    private static byte* MapPages(long bytes)
    {
        var mapped = MemoryMap(null, (nuint)bytes, ReadWrite, PrivateAnonymous, -1, 0);
        return mapped == Failed ? null : (byte*)mapped;
    }

    // Maps a huge page more than asked for, and gives back what lies before the boundary and behind the end.
    private static byte* MapHugePages(long bytes)
    {
        var mapped = MapPages(bytes + HugePageBytes);
        if (mapped == null) return null;
        var front = (HugePageBytes - (long)mapped % HugePageBytes) % HugePageBytes;
        if (front > 0) Unmap(mapped, front);
        if (front < HugePageBytes) Unmap(mapped + front + bytes, HugePageBytes - front);
        _ = MemoryAdvise(mapped + front, (nuint)bytes, AdviseHugePage);
        return mapped + front;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MemoryMap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MemoryUnmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
