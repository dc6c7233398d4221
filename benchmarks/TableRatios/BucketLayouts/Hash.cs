using System.Runtime.CompilerServices;

namespace TableRatios.BucketLayouts;

/// <summary>The mixing of ids, and numbers in a range by multiply-high.</summary>
internal static class Hash
{
    /// <summary>The finalizer of SplitMix64, variant 13, as in the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(long id)
    {
        var key = (ulong)id;
        key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9;
        key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
        return key ^ (key >> 31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Scale(uint value, uint range) => (uint)(((ulong)value * range) >> 32);
}
