using Monolith.Embeddings.Features.Batches;
using Monolith.Embeddings.Features.Schema;

namespace Monolith.Embeddings.Features.Derived;

/// <summary>Fills a slot with the bucket of a raw column: one id a row.</summary>
internal sealed class BucketDeriver(FeatureSlot slot, BucketSource source) : SlotDeriver(slot)
{
    private readonly ulong _buckets = DerivedIds.BucketsOf(slot.Name, source.Column.Name);
    private BucketIds? _known;

    public override void Derive(FeatureBatch batch, SlotColumn column, LearnedBounds bounds)
    {
        var known = KnownIds(source.Bounds.AreLearned ? bounds.Of(Slot) : source.Bounds.Given);
        var missing = DerivedIds.Bucket(_buckets, DerivedIds.MissingBucket);
        var unknown = DerivedIds.Bucket(_buckets, DerivedIds.UnknownBucket);
        var ids = column.BeginOneIdARow(batch.Rows);
        var values = batch.Numbers;
        var width = batch.Schema.Numbers.Count;
        for (int row = 0, at = source.Column.Index; row < ids.Length; row++, at += width)
        {
            var value = values[at];
            if (float.IsNaN(value)) ids[row] = missing;
            else ids[row] = known is null ? unknown : known.Of(value);
        }
    }

    // Made once, and once more where bounds are frozen. Threads that both find none make the same ids.
    private BucketIds? KnownIds(float[]? bounds)
    {
        if (bounds is null) return null;
        var known = Volatile.Read(ref _known);
        if (known?.Bounds == bounds) return known;
        known = new BucketIds(_buckets, bounds);
        Volatile.Write(ref _known, known);
        return known;
    }
}
