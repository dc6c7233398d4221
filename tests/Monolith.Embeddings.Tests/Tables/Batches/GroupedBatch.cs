namespace Monolith.Embeddings.Tests.Tables.Batches;

/// <summary>A batch that is to be grouped by stripe.</summary>
/// <param name="Count">How many ids, at least 1.</param>
/// <param name="Kinds">How many different ids there are at most.</param>
/// <param name="StripeBits">The logarithm of the number of stripes.</param>
/// <param name="HashMask">Which bits of a mixed id take part.</param>
/// <param name="Offset">What is added to each position.</param>
public readonly record struct GroupedBatch(int Count, int Kinds, int StripeBits, ulong HashMask, int Offset)
{
    public int Stripes => 1 << StripeBits;

    /// <summary>The ids, extremes among them.</summary>
    public long[] Ids()
    {
        long[] extremes = [0, -1, long.MinValue, long.MaxValue];
        var random = new Random(Count * 31 + Kinds);
        var ids = new long[Count];
        for (var i = 0; i < ids.Length; i++)
        {
            var kind = random.Next(Kinds);
            ids[i] = kind < extremes.Length ? extremes[kind] : kind * 1_000_003L;
        }
        return ids;
    }
}
