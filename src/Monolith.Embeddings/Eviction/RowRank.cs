using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Eviction;

/// <summary>
/// A row's place in the order in which rows go at the limit: by score, then by mixed id. No two ids share a mixed id, so that the order is
/// total and says exactly who goes.
/// </summary>
/// <param name="Score">The score's bits, as a number of the same order; NaN is 0, below all others.</param>
/// <param name="MixedId">The mixed id.</param>
internal readonly record struct RowRank(ulong Score, ulong MixedId)
{
    public const int Bytes = 16;

    private const ulong Sign = 1UL << 63;

    /// <summary>Above every row's.</summary>
    public static RowRank Highest => new(ulong.MaxValue, ulong.MaxValue);

    /// <summary>The same as one number.</summary>
    public UInt128 Number => new(Score, MixedId);

    public static RowRank Of(double score, ulong mixedId) => new(Ordered(score), mixedId);

    public static RowRank Of(EvictionPolicy policy, in RowMetadata row) => Of(policy.Score(in row), KeyMixer.Mix(unchecked((ulong)row.Id)));

    public static RowRank FromNumber(UInt128 number) => new((ulong)(number >> 64), (ulong)number);

    public static bool operator <(RowRank left, RowRank right) =>
        left.Score < right.Score || (left.Score == right.Score && left.MixedId < right.MixedId);

    public static bool operator >(RowRank left, RowRank right) => right < left;

    // Bits of positive numbers are in order already; those of negative ones are in the opposite order. Adding 0 makes -0 and 0 one score.
    private static ulong Ordered(double score)
    {
        if (double.IsNaN(score)) return 0;
        var bits = BitConverter.DoubleToUInt64Bits(score + 0.0);
        return (bits & Sign) == 0 ? bits | Sign : ~bits;
    }
}
