using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>
/// Floats whose end meets a page that must not be touched: on Linux a touch is a crash; elsewhere, sentinels on both sides tell of writes.
/// </summary>
internal sealed unsafe partial class GuardedFloats : IDisposable
{
    private const int None = 0, ReadWrite = 3, PrivateAnonymous = 0x22;
    private const float Sentinel = -12345.678f;

    private readonly int _room;
    private readonly float* _floats;
    private readonly byte* _mapping;
    private readonly nuint _bytes;

    public GuardedFloats(int room)
    {
        var page = Environment.SystemPageSize;
        var data = (room * sizeof(float) + page) / page * page;
        _bytes = (nuint)(data + 2 * page);
        _mapping = OperatingSystem.IsLinux()
            ? Map(null, _bytes, ReadWrite, PrivateAnonymous, -1, 0)
            : (byte*)NativeMemory.AllocZeroed(_bytes);
        Assert.That((nint)_mapping, Is.Not.EqualTo((nint)(-1)), "mmap");
        _floats = (float*)(_mapping + page);
        _room = data / sizeof(float);
        if (!OperatingSystem.IsLinux()) return;
        Assert.That(Protect(_mapping, (nuint)page, None), Is.Zero, "mprotect");
        Assert.That(Protect(_mapping + page + data, (nuint)page, None), Is.Zero, "mprotect");
    }

    /// <summary>
    /// The last floats before the guard, set to values; what stands before them is watched by <see cref="AssertUntouched"/>.
    /// </summary>
    public Span<float> Last(ReadOnlySpan<float> values)
    {
        new Span<float>(_floats, _room).Fill(Sentinel);
        if (!OperatingSystem.IsLinux()) _floats[_room] = Sentinel;
        var span = new Span<float>(_floats + _room - values.Length, values.Length);
        values.CopyTo(span);
        return span;
    }

    public void AssertUntouched(int length)
    {
        Assert.That(new Span<float>(_floats, _room - length).ContainsAnyExcept(Sentinel), Is.False, "written before the span");
        if (!OperatingSystem.IsLinux()) Assert.That(_floats[_room], Is.EqualTo(Sentinel), "written behind the span");
    }

    public void Dispose()
    {
        if (OperatingSystem.IsLinux()) _ = Unmap(_mapping, _bytes);
        else NativeMemory.Free(_mapping);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
