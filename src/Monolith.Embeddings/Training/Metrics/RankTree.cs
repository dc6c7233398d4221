using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Training.Metrics;

/// <summary>
/// Items by count, the largest first, equal counts by ascending id; tells ranks in logarithmic time. A treap with sizes (Seidel and Aragon
/// 1996), whose priorities are the mixed ids, so that its shape depends on what it holds alone. Not thread-safe.
/// </summary>
internal sealed class RankTree
{
    private const int None = -1;

    private Node[] _nodes = new Node[64];
    private int _root = None;

    /// <summary>How many items there are.</summary>
    public int Count => SizeOf(_root);

    /// <summary>The count of the item at a place.</summary>
    public long CountAt(int place) => _nodes[place].Count;

    /// <summary>The id of the item at a place.</summary>
    public long IdAt(int place) => _nodes[place].Id;

    /// <summary>Adds an item that is not in the tree.</summary>
    /// <param name="place">Where it is kept, below the number of places used so far or equal to it.</param>
    /// <param name="id">Its id.</param>
    /// <param name="count">Its count.</param>
    public void Insert(int place, long id, long count)
    {
        if (place >= _nodes.Length) Array.Resize(ref _nodes, 2 * _nodes.Length);
        _nodes[place] = new Node { Id = id, Count = count, Left = None, Right = None, Size = 1 };
        _root = Insert(_root, place);
    }

    /// <summary>Removes the item at a place.</summary>
    public void Remove(int place) => _root = Remove(_root, place);

    /// <summary>How many items come before a count and an id.</summary>
    public int Before(long count, long id)
    {
        var before = 0;
        for (var at = _root; at != None;)
        {
            ref readonly var node = ref _nodes[at];
            if (IsBefore(node.Count, node.Id, count, id))
            {
                before += SizeOf(node.Left) + 1;
                at = node.Right;
            }
            else at = node.Left;
        }
        return before;
    }

    /// <summary>The place of the item of a rank.</summary>
    /// <param name="rank">0 for the first; less than <see cref="Count"/>.</param>
    public int At(int rank)
    {
        for (var at = _root; ;)
        {
            var left = SizeOf(_nodes[at].Left);
            if (rank == left) return at;
            if (rank < left) at = _nodes[at].Left;
            else (at, rank) = (_nodes[at].Right, rank - left - 1);
        }
    }

    /// <summary>Whether an item comes before another.</summary>
    public static bool IsBefore(long count, long id, long otherCount, long otherId) =>
        count > otherCount || (count == otherCount && id < otherId);

    private int Insert(int root, int place)
    {
        if (root == None) return place;
        if (Priority(place) > Priority(root))
        {
            Split(root, place, out _nodes[place].Left, out _nodes[place].Right);
            return Sized(place);
        }
        if (IsBefore(place, root)) _nodes[root].Left = Insert(_nodes[root].Left, place);
        else _nodes[root].Right = Insert(_nodes[root].Right, place);
        return Sized(root);
    }

    private int Remove(int root, int place)
    {
        if (root == place) return Merge(_nodes[root].Left, _nodes[root].Right);
        if (IsBefore(place, root)) _nodes[root].Left = Remove(_nodes[root].Left, place);
        else _nodes[root].Right = Remove(_nodes[root].Right, place);
        return Sized(root);
    }

    private void Split(int root, int place, out int before, out int after)
    {
        if (root == None) before = after = None;
        else if (IsBefore(root, place))
        {
            Split(_nodes[root].Right, place, out _nodes[root].Right, out after);
            before = Sized(root);
        }
        else
        {
            Split(_nodes[root].Left, place, out before, out _nodes[root].Left);
            after = Sized(root);
        }
    }

    private int Merge(int before, int after)
    {
        if (before == None) return after;
        if (after == None) return before;
        if (Priority(before) > Priority(after))
        {
            _nodes[before].Right = Merge(_nodes[before].Right, after);
            return Sized(before);
        }
        _nodes[after].Left = Merge(before, _nodes[after].Left);
        return Sized(after);
    }

    private bool IsBefore(int place, int other) =>
        IsBefore(_nodes[place].Count, _nodes[place].Id, _nodes[other].Count, _nodes[other].Id);

    private int Sized(int place)
    {
        _nodes[place].Size = SizeOf(_nodes[place].Left) + SizeOf(_nodes[place].Right) + 1;
        return place;
    }

    private int SizeOf(int place) => place == None ? 0 : _nodes[place].Size;

    private ulong Priority(int place) => KeyMixer.Mix((ulong)_nodes[place].Id);

    private struct Node
    {
        public long Id, Count;
        public int Left, Right, Size;
    }
}
