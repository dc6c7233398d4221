using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Hashing;

namespace Monolith.Embeddings.Tests.Tables.Model;

/// <summary>A table and the ids that a model test gives it.</summary>
/// <param name="Stripes">How many stripes.</param>
/// <param name="Shape">The dimensions of the segments, such as "1+16".</param>
/// <param name="Occurrences">The admission filter's threshold; 0 for no filter.</param>
/// <param name="Clock">The clock of the time to live; null where nothing expires.</param>
/// <param name="Pool">The ids, besides those that are always there.</param>
/// <param name="HashMask">Which bits of the mixed ids the table places them by.</param>
internal sealed record ModelSettings(
    int Stripes, string Shape, int Occurrences, ExpiryClock? Clock, long[] Pool, ulong HashMask = ulong.MaxValue)
{
    public const uint TimeToLive = 20;

    private const ulong OneBucketPairAndTag = 0x1234_89AB_CDEF;

    /// <summary>Ids of one bucket pair, one tag, and, with up to 64 stripes, one stripe.</summary>
    public static long[] Colliding(int count)
    {
        Assert.That(count, Is.LessThanOrEqualTo(1024), "more would reach into the bits that choose the stripe");
        return [.. Enumerable.Range(0, count).Select(i => KeyUnmixer.Id((ulong)i << 48 | OneBucketPairAndTag))];
    }

    public long[] AllIds => [0, -1, 1, long.MinValue, long.MaxValue, .. Pool];

    /// <summary>A table of the shape alone: any id gets its row at once and keeps it.</summary>
    public EmbeddingTableOptions Plain()
    {
        var options = new EmbeddingTableOptions { Name = "test", Stripes = Stripes, HashMask = HashMask };
        // The optimizers differ in the length of their state and in what a new row's state is.
        OptimizerOptions[] optimizers = [new FtrlOptions(), new AdagradOptions(), new AdamOptions(), new SgdOptions()];
        var dimensions = Shape.Split('+').Select(int.Parse).ToArray();
        for (var i = 0; i < dimensions.Length; i++)
            options.Segments.Add(new SegmentOptions
            {
                Name = $"s{i}",
                Dimension = dimensions[i],
                Optimizer = optimizers[i],
                Initializer = new UniformInitializerOptions(),
            });
        return options;
    }

    public EmbeddingTableOptions Options()
    {
        var options = Plain();
        if (Occurrences > 0) options.Admission = new MinOccurrencesOptions(Occurrences);
        if (Clock is { } clock) options.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(TimeToLive)) { Clock = clock };
        return options;
    }
}
