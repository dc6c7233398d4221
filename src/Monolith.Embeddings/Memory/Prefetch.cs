using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Monolith.Embeddings.Memory;

/// <summary>Hints that memory will be read soon. A hint never faults, whatever the address; where there is no instruction it does nothing.</summary>
internal static unsafe class Prefetch
{
    public const int LineBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }

    /// <summary>Hints at every line of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(byte* address, int bytes)
    {
        for (var offset = 0; offset < bytes; offset += LineBytes) Line(address + offset);
        Line(address + bytes - 1);
    }
}
