using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Tables.Observing;

/// <summary>How much of the recent past each stripe of a table remembers.</summary>
/// <param name="Removals">How many removals.</param>
/// <param name="Samples">How many sampled lookups.</param>
internal readonly record struct HistorySizes(int Removals, int Samples)
{
    /// <summary>How many sampled lookups a table remembers: the sample of some eight million.</summary>
    public const int SamplesPerTable = 8192;

    // Each of the two memories of all tables together is at most this part of the limit: a small limit is for rows.
    private const int ShareOfLimit = 128;

    /// <param name="table">The table.</param>
    /// <param name="stripes">Into how many stripes it is cut.</param>
    /// <param name="share">The part of the set's memory limit that is the table's, in bytes.</param>
    public static HistorySizes Of(EmbeddingTableOptions table, int stripes, long share) => new(
        PerStripe(Affordable<RemovedRow>(table.RemovalHistory, share), stripes),
        PerStripe(Affordable<LookupSample>(SamplesPerTable, share), stripes));

    /// <summary>What all stripes of a table may take together, however many there are.</summary>
    public static long Bytes(EmbeddingTableOptions table, long share) =>
        Affordable<RemovedRow>(table.RemovalHistory, share) * Unsafe.SizeOf<RemovedRow>()
        + Affordable<LookupSample>(SamplesPerTable, share) * Unsafe.SizeOf<LookupSample>();

    private static long Affordable<T>(int wanted, long share) => Math.Min(wanted, share / ShareOfLimit / Unsafe.SizeOf<T>());

    // One at least, where any are wanted; with few in many stripes that is more than was reckoned with, but less than a stripe wastes
    // anyway.
    private static int PerStripe(long affordable, int stripes) => affordable == 0 ? 0 : (int)Math.Max(1, affordable / stripes);
}
