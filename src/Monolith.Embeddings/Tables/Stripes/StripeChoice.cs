using System.Numerics;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>Which stripe an id is in: the high bits of the mixed id say it.</summary>
internal static class StripeChoice
{
    /// <summary>The stripe of a mixed id among <paramref name="stripes"/>, a power of two.</summary>
    public static int Of(ulong hash, int stripes) => (int)Shifted(hash, ShiftTo(stripes));

    /// <summary>What to shift mixed ids by, for <see cref="Shifted"/>.</summary>
    public static int ShiftTo(int stripes) => 63 - BitOperations.Log2((uint)stripes);

    /// <summary>The stripe of a mixed id. A shift by 64 would be a shift by 0; one stripe takes everything by shifting twice.</summary>
    public static uint Shifted(ulong hash, int shift) => (uint)(hash >> shift >> 1);
}
