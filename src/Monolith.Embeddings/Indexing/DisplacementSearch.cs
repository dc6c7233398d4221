namespace Monolith.Embeddings.Indexing;

/// <summary>
/// Finds the shortest chain of moves, breadth first, that frees a place in one of an id's two buckets, and makes the moves from its end
/// backwards, so that no entry is ever missing from both of its buckets. One thread's.
/// </summary>
internal sealed class DisplacementSearch
{
    private const int MaxNodes = 512;
    private const int First = 0, Second = 1;

    [ThreadStatic]
    private static DisplacementSearch? _ofThread;

    private readonly Node[] _nodes = new Node[MaxNodes];

    /// <summary>The calling thread's: a search in each stripe would be more memory than many a stripe.</summary>
    public static DisplacementSearch OfThread => _ofThread ??= new();

    /// <summary>Places an entry whose two buckets are full.</summary>
    /// <param name="buckets">The buckets.</param>
    /// <param name="first">One bucket of the entry.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="handle">Its row.</param>
    /// <param name="moves">How many other entries moved.</param>
    /// <returns>False where no chain was found; nothing changed then.</returns>
    public bool TryMakeRoom(BucketArray buckets, uint first, ushort tag, int handle, out int moves)
    {
        moves = 0;
        _nodes[First] = new Node(first, -1, -1);
        _nodes[Second] = new Node(HashParts.Alternate(first, tag, buckets.Count), -1, -1);
        var count = 2;
        for (var at = 0; at < count; at++)
        {
            var bucket = buckets[_nodes[at].Bucket];
            for (var slot = 0; slot < Bucket.Slots && count < MaxNodes; slot++)
            {
                var target = HashParts.Alternate(_nodes[at].Bucket, bucket.Tag(slot), buckets.Count);
                if (IsOnPath(at, target)) continue;
                _nodes[count++] = new Node(target, at, slot);
                var empty = buckets[target].Match(0);
                if (empty == 0) continue;
                moves = Shift(buckets, count - 1, System.Numerics.BitOperations.TrailingZeroCount(empty), tag, handle);
                return true;
            }
        }
        return false;
    }

    // A chain that met a bucket twice would move an entry that an earlier move has moved already.
    private bool IsOnPath(int node, uint bucket)
    {
        for (; node >= 0; node = _nodes[node].Parent)
        {
            if (_nodes[node].Bucket == bucket) return true;
        }
        return false;
    }

    private int Shift(BucketArray buckets, int node, int hole, ushort tag, int handle)
    {
        var moves = 0;
        for (; _nodes[node].Parent >= 0; node = _nodes[node].Parent, moves++)
        {
            var (from, slot) = (buckets[_nodes[_nodes[node].Parent].Bucket], _nodes[node].SlotInParent);
            from.MoveTo(buckets[_nodes[node].Bucket], hole, slot);
            hole = slot;
        }
        var isGuest = node == Second;
        if (isGuest) buckets[_nodes[First].Bucket].AddStray(tag);
        buckets[_nodes[node].Bucket].Set(hole, tag, handle, isGuest);
        return moves;
    }

    /// <summary>A bucket that was reached, and the entry of its parent that would move into it.</summary>
    private readonly record struct Node(uint Bucket, int Parent, int SlotInParent);
}
