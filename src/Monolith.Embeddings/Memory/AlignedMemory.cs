using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Memory;

/// <summary>Floats that begin on a cache line, in arrays that the collector never moves.</summary>
internal static unsafe class AlignedMemory
{
    /// <summary>What an aligned address is a multiple of: the width of a cache line, and of the widest vector.</summary>
    public const int Alignment = 64;

    /// <summary>How many floats the offset may take of an array.</summary>
    public const int MaxOffset = Alignment / sizeof(float) - 1;

    /// <summary>An array of zeros with room for <paramref name="count"/> floats from an aligned offset on.</summary>
    public static float[] Allocate(int count, out int offset)
    {
        var array = GC.AllocateArray<float>(count + MaxOffset, pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        offset = (int)((Alignment - address % Alignment) % Alignment / sizeof(float));
        return array;
    }

    /// <summary>Whether memory that does not move begins at an aligned address; memory of no length does.</summary>
    public static bool IsAligned(ReadOnlySpan<float> values) =>
        values.IsEmpty || (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values)) % Alignment == 0;
}
