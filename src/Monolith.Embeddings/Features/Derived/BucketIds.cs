namespace Monolith.Embeddings.Features.Derived;

/// <summary>The ids of the buckets between some bounds, eight bytes each, so that a row costs no hash. Immutable.</summary>
internal sealed class BucketIds
{
    private readonly long[] _ids;

    /// <param name="buckets">What the ids of the slot's buckets begin with.</param>
    /// <param name="bounds">Ascending bounds; kept, not copied.</param>
    public BucketIds(ulong buckets, float[] bounds)
    {
        Bounds = bounds;
        _ids = new long[bounds.Length + 1];
        var lower = float.NegativeInfinity;
        for (var i = 0; i < _ids.Length; i++)
        {
            var upper = i < bounds.Length ? bounds[i] : float.PositiveInfinity;
            _ids[i] = DerivedIds.Bucket(buckets, lower, upper);
            lower = upper;
        }
    }

    public float[] Bounds { get; }

    /// <summary>The id of a value that is not NaN.</summary>
    public long Of(float value) => _ids[BucketBounds.BucketOf(Bounds, value)];
}
