using System.Runtime.InteropServices;

namespace TableRatios.Flat;

/// <summary>
/// Zeroed memory for the flat side: one mapping on huge pages on Linux, an aligned allocation elsewhere; touched once, so that no
/// measurement pays for it.
/// </summary>
internal sealed unsafe partial class HugeMapping : IDisposable
{
    private const int ReadWrite = 3, PrivateAnonymous = 0x22, AdviseHugePage = 14;
    private const nint Failed = -1;
    private const nuint HugePage = 2 << 20;

    private readonly byte* _mapped;
    private nuint _bytes;

    public HugeMapping(long bytes)
    {
        _bytes = ((nuint)bytes / HugePage + 2) * HugePage;
        _mapped = OperatingSystem.IsLinux()
            ? Map(null, _bytes, ReadWrite, PrivateAnonymous, -1, 0)
            : (byte*)NativeMemory.AlignedAlloc(_bytes, HugePage);
        if ((nint)_mapped == Failed) throw new InvalidOperationException($"The system does not map {_bytes} bytes. Measure fewer rows.");
        Pointer = (byte*)(((nuint)_mapped + HugePage - 1) / HugePage * HugePage);
        if (OperatingSystem.IsLinux()) _ = Advise(Pointer, _bytes - HugePage, AdviseHugePage);
        for (nuint page = 0; page + HugePage < _bytes; page += 4096) Pointer[page] = 0;
    }

    public byte* Pointer { get; }

    /// <summary>Gives back all but the first bytes, in whole pages; where there is no mapping, nothing until disposal.</summary>
    public void Shrink(long bytes)
    {
        var kept = ((nuint)bytes / HugePage + 2) * HugePage;
        if (kept >= _bytes || !OperatingSystem.IsLinux()) return;
        _ = Unmap(_mapped + kept, _bytes - kept);
        _bytes = kept;
    }

    public void Dispose()
    {
        if (OperatingSystem.IsLinux()) _ = Unmap(_mapped, _bytes);
        else NativeMemory.AlignedFree(_mapped);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
