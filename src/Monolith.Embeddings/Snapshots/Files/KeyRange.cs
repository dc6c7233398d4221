using System.Numerics;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Snapshots.Files;

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

    /// <summary>Its two halves; it has more than one id.</summary>
    public (KeyRange Lower, KeyRange Upper) Halves
    {
        get
        {
            var middle = First + ((Last - First) / 2);
            return (new KeyRange(First, middle), new KeyRange(middle + 1, Last));
        }
    }

    /// <summary>The part that lies in another, which it overlaps.</summary>
    public KeyRange Within(KeyRange other) => new(Math.Max(First, other.First), Math.Min(Last, other.Last));

    public bool Contains(ulong mixedId) => mixedId >= First && mixedId <= Last;

    /// <summary>Requires that an id belongs here.</summary>
    /// <returns>The mixed id.</returns>
    /// <exception cref="SnapshotException">It does not.</exception>
    public ulong Require(string file, long id)
    {
        var mixed = KeyMixer.Mix(unchecked((ulong)id));
        return Contains(mixed) ? mixed : throw new SnapshotException(
            SnapshotFault.Damaged, file, $"ids between {First:x16} and {Last:x16}, mixed, in a block", $"id {id}.");
    }

    public bool Overlaps(KeyRange other) => First <= other.Last && other.First <= Last;
}
