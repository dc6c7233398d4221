using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>A segment whose training reads are rounded as a replica's would be.</summary>
/// <param name="place">Where its weights stand.</param>
/// <param name="codec">The replica's format.</param>
internal readonly struct SegmentQuantization(RowSegment place, RowCodec codec)
{
    /// <summary>Those that the options ask for.</summary>
    public static SegmentQuantization[] Of(EmbeddingTableOptions options, RowLayout layout) => [..
        from i in Enumerable.Range(0, layout.Segments.Length)
        where options.Segments[i].FakeQuantization is not null
        select new SegmentQuantization(layout.Segments[i], options.Segments[i].FakeQuantization!.Create())];

    /// <param name="weights">All weights of a row; those of the segment are replaced, unless its format cannot hold them.</param>
    public void Apply(Span<float> weights) => codec.TryQuantize(weights.Slice(place.WeightOffset, place.Dimension));
}
