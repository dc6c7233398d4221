namespace Monolith.Embeddings.Indexing;

/// <summary>
/// Finds the shortest chain of moves, breadth first, that frees a place in one of a key's two full buckets, and makes the moves from its
/// end backwards, so that no row is ever missing. One thread's. The same search as <see cref="DisplacementSearch"/>, where rows move with
/// their keys.
/// </summary>
internal sealed class RowDisplacement
{
    private const int MaxNodes = 512;

    [ThreadStatic]
    private static RowDisplacement? _ofThread;

    private readonly Node[] _nodes = new Node[MaxNodes];

    public static RowDisplacement OfThread => _ofThread ??= new();

    /// <returns>A place that is free for the key, or -1 where no chain was found; nothing changed then.</returns>
    public int TryMakeRoom(RowBuckets buckets, ulong key)
    {
        _nodes[0] = new Node(buckets.First(key), -1, -1);
        _nodes[1] = new Node(buckets.Second(key), -1, -1);
        var count = 2;
        for (var at = 0; at < count; at++)
        {
            var line = buckets[_nodes[at].Bucket];
            for (var slot = 0; slot < KeyLine.Slots && count < MaxNodes; slot++)
            {
                var target = buckets.Other(_nodes[at].Bucket, line[slot]);
                if (IsOnPath(at, target)) continue;
                _nodes[count++] = new Node(target, at, slot);
                var hole = buckets.FindEmpty(target);
                if (hole >= 0) return Shift(buckets, count - 1, hole);
            }
        }
        return -1;
    }

    // A chain that met a bucket twice would move a row that an earlier move has moved already.
    private bool IsOnPath(int node, uint bucket)
    {
        for (; node >= 0; node = _nodes[node].Parent)
        {
            if (_nodes[node].Bucket == bucket) return true;
        }
        return false;
    }

    private int Shift(RowBuckets buckets, int node, int hole)
    {
        for (; _nodes[node].Parent >= 0; node = _nodes[node].Parent)
        {
            var (from, slot) = (_nodes[_nodes[node].Parent].Bucket, _nodes[node].SlotInParent);
            var place = (int)(from * KeyLine.Slots) + slot;
            buckets.Row(place).CopyTo(buckets.Row(hole));
            buckets[_nodes[node].Bucket][hole % KeyLine.Slots] = buckets[from][slot];
            hole = place;
        }
        return hole;
    }

    /// <summary>A bucket that was reached, and the row of its parent that would move into it.</summary>
    private readonly record struct Node(uint Bucket, int Parent, int SlotInParent);
}
