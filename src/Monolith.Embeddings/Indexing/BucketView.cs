using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// The buckets of an index in registers: what a loop over many ids would otherwise read again for each. Valid as long as the
/// <see cref="BucketArray"/> is.
/// </summary>
internal readonly unsafe ref struct BucketView(byte** segments, uint count)
{
    public Bucket this[uint bucket]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(BucketSegments.Address(segments, bucket));
    }

    /// <summary>The first bucket of an id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Bucket First(ulong hash) => this[HashParts.First(hash, count)];

    /// <summary>The bucket that holds a row's id, or would hold it if that is not on the overflow list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Bucket Holder(ulong hash, int handle)
    {
        var (tag, first) = (HashParts.Tag(hash), HashParts.First(hash, count));
        // Written without a branch on where the id is: that cannot be predicted.
        var holder = HashParts.Alternate(first, tag, count);
        return this[this[first].Match(tag, handle) != 0 ? first : holder];
    }
}
