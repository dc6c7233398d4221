using System.Numerics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A run of mixed ids, such as those of a stripe.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
internal readonly record struct KeyRange(ulong First, ulong Last)
{
    public static KeyRange All => new(0, ulong.MaxValue);

    /// <summary>The mixed ids of a stripe.</summary>
    /// <param name="stripe">Which one.</param>
    /// <param name="stripes">Of how many, a power of two.</param>
    public static KeyRange OfStripe(int stripe, int stripes)
    {
        var bits = BitOperations.Log2((uint)stripes);
        var first = bits == 0 ? 0 : (ulong)stripe << (64 - bits);
        return new KeyRange(first, first | (ulong.MaxValue >> bits));
    }

    public bool Contains(ulong mixedId) => mixedId >= First && mixedId <= Last;

    public bool Overlaps(KeyRange other) => First <= other.Last && other.First <= Last;
}
