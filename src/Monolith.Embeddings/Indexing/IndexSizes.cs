namespace Monolith.Embeddings.Indexing;

/// <summary>
/// The numbers of buckets that an index grows through: each a quarter more than the one before. Stripes get as many ids as each other, so
/// that with the same numbers all would grow at once; each has numbers of its own, spread evenly over the quarter.
/// </summary>
/// <param name="Place">The stripe's place among the others, 0 to 1.</param>
/// <param name="MaximumFill">The share of places in use at which the index grows.</param>
internal readonly record struct IndexSizes(double Place, double MaximumFill)
{
    public const uint Smallest = 2;

    private const double Factor = 1.25;

    // From one number to half way, in ratio, to the next.
    private const double HalfFactor = 1.118;

    /// <summary>The fewest buckets for the given number of ids.</summary>
    public uint For(long ids) => Math.Max(Smallest, checked((uint)Math.Ceiling(ids / (MaximumFill * Bucket.Slots))));

    /// <summary>
    /// The number that comes after another, which need not be one of the stripe's: that of its own that is nearest to a quarter more.
    /// </summary>
    public uint After(uint count)
    {
        var next = Smallest * (1 + (Factor - 1) * Place);
        while (next < count * HalfFactor) next *= Factor;
        return Math.Max(count + 1, checked((uint)Math.Round(next)));
    }
}
