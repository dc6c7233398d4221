using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Monolith.Embeddings.Memory;

/// <summary>
/// Hints that memory will be read soon. A hint never faults, whatever the address; where there is no instruction it does nothing.
/// </summary>
internal static unsafe class Prefetch
{
    public const int LineBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }

    /// <summary>
    /// Hints at every line of a block, as far as the second-level cache: a fetch into the first holds one of its few miss buffers for as
    /// long as the memory takes, and the instructions behind it wait once all are held.
    /// </summary>
    /// <remarks>
    /// As many hints for each block of a length, wherever it begins in a line: how many lines it has cannot be predicted, and a branch on
    /// it costs more than a second hint at the last line.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(byte* address, int bytes)
    {
        if (!Sse.IsSupported) return;
        for (var offset = 0; offset < bytes; offset += LineBytes) Sse.Prefetch1(address + offset);
        Sse.Prefetch1(address + bytes - 1);
    }
}
