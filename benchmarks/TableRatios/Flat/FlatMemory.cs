using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace TableRatios.Flat;

/// <summary>Where rows lie that are known by number.</summary>
internal readonly unsafe struct FlatMemory(byte* rows, int stride)
{
    private const int Line = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int number) => (float*)(rows + (long)number * stride);

    /// <summary>
    /// Fetches every line that the first bytes of a row lie on. Where their number is a constant, nothing is left of the loop.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int number, int bytes)
    {
        if (!Sse.IsSupported) return;
        var row = rows + (long)number * stride;
        Sse.Prefetch0(row);
        if (bytes > Line) Sse.Prefetch0(row + Line);
        if (bytes > 2 * Line) Sse.Prefetch0(row + 2 * Line);
        for (var offset = 3 * Line; offset < bytes; offset += Line) Sse.Prefetch0(row + offset);
        // A row that begins within a line ends on one line more.
        Sse.Prefetch0(row + bytes - 1);
    }
}
