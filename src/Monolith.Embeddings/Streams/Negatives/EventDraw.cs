using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>
/// The draw of the negatives of one positive: which items are rejected, by what distribution the others are drawn, and the logit offsets of
/// that distribution. What is drawn depends on the seed and the number of the event alone. Not thread-safe.
/// </summary>
/// <param name="items">The items.</param>
/// <param name="perPositive">How many are asked for.</param>
/// <param name="seed">Any number.</param>
internal sealed class EventDraw(ItemStore items, int perPositive, ulong seed)
{
    private const double LeastShare = 1e-300;
    private const double ToUnit = 1.0 / (1L << 53);

    // An item is rejected where its stamp is that of the event.
    private long[] _stamps = new long[64];
    private int[] _rejected = new int[64];
    private long _stamp;
    private ulong _key, _next;
    private int _rejectedCount, _own;
    private double _rejectedWeight, _allowed;
    private bool _isCut;
    private WeightSums _newItem, _total;

    /// <summary>How many negatives there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many draws of the event met a rejected item, and were drawn again.</summary>
    public long Rejections { get; private set; }

    /// <summary>The bytes that it takes.</summary>
    public long Bytes => ((long)_stamps.Length * sizeof(long)) + ((long)_rejected.Length * sizeof(int));

    private WeightTree Tree => items.Tree!;

    /// <summary>Begins an event.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="own">The place of its item, or -1 where that was not seen before.</param>
    /// <param name="newItem">The sums of the item once it was seen, where it was not.</param>
    public void Begin(long number, int own, in WeightSums newItem)
    {
        if (_stamps.Length < items.Count) _stamps = new long[Math.Max(items.Count, 2 * _stamps.Length)];
        _stamp++;
        (_key, _next) = (KeyMixer.Combine(seed, (ulong)number), 0);
        (_rejectedCount, _rejectedWeight, _own, _newItem, Rejections) = (0, 0, own, newItem, 0);
        Reject(own);
    }

    /// <summary>Rejects an item, by its place; does nothing for -1 and for one that is rejected.</summary>
    public void Reject(int place)
    {
        if (place < 0 || _stamps[place] == _stamp) return;
        _stamps[place] = _stamp;
        if (_rejectedCount == _rejected.Length) Array.Resize(ref _rejected, 2 * _rejected.Length);
        _rejected[_rejectedCount++] = place;
        if (items.Tree is { } tree) _rejectedWeight += tree[place].Weight;
    }

    /// <summary>Ends the rejections: <see cref="Count"/> is known from here on.</summary>
    public void EndRejections()
    {
        var candidates = items.Count - _rejectedCount;
        Count = Math.Min(perPositive, candidates);
        if (items.Tree is not { } tree)
        {
            _allowed = candidates;
            return;
        }
        _total = tree.Total;
        _allowed = _total.Weight - _rejectedWeight;
        if (Count == 0 || _rejectedWeight <= _total.Weight / 2) return;
        // Most draws would be drawn again, and the difference would have few digits: the rejected ones leave the tree meanwhile.
        foreach (var place in _rejected.AsSpan(0, _rejectedCount)) tree.Set(place, items.SumsAt(place) with { Weight = 0 });
        (_allowed, _isCut) = (tree.Total.Weight, true);
    }

    /// <summary>The offset of the positive itself; after <see cref="EndRejections"/>, before <see cref="End"/>.</summary>
    public float PositiveOffset() => OffsetOf(items.Tree is null ? 1 / Math.Max(1, _allowed) : PositiveShare());

    /// <summary>The offset of a negative at a place.</summary>
    public float OffsetAt(int place) => OffsetOf(items.Tree is null ? 1 / _allowed : Tree[place].Weight / _allowed);

    /// <summary>Draws the place of the next negative.</summary>
    public int Next() => items.Tree is null ? NextUniform() : NextWeighted();

    /// <summary>Ends the event.</summary>
    public void End()
    {
        if (!_isCut) return;
        foreach (var place in _rejected.AsSpan(0, _rejectedCount)) Tree.Set(place, items.SumsAt(place));
        _isCut = false;
    }

    // By what share the item would be drawn at another event like this one, which rejects the item of that event instead. That item is not
    // known; it weighs what the items of all other positives weigh on average.
    private double PositiveShare()
    {
        var own = _own < 0 ? _newItem : items.SumsAt(_own);
        var (weight, count, product) = _own < 0
            ? (_total.Weight + own.Weight, _total.Count, _total.Product)
            : (_total.Weight, _total.Count - own.Count, _total.Product - own.Product);
        var others = _rejectedWeight - (_own < 0 ? 0 : own.Weight);
        var another = count > 0 ? Math.Max(0, product / count) : 0;
        var allowed = weight - others - another;
        return allowed > own.Weight ? own.Weight / allowed : 1;
    }

    private float OffsetOf(double share) => (float)-ExactMath.Log(Math.Max(1, Count) * Math.Max(share, LeastShare));

    // Without replacement: each candidate is one of k negatives with the probability k / candidates.
    private int NextUniform()
    {
        var (count, left) = (items.Count, items.Count - _rejectedCount);
        var place = 2L * left >= count ? DrawUniform(count) : Candidate(Below(left));
        Reject(place);
        return place;
    }

    private int DrawUniform(int count)
    {
        while (true)
        {
            var place = Below(count);
            if (_stamps[place] != _stamp) return place;
            Rejections++;
        }
    }

    // Few are left of few: the items are at most twice what was rejected and drawn.
    private int Candidate(int skip)
    {
        for (var place = 0; ; place++)
        {
            if (_stamps[place] != _stamp && skip-- == 0) return place;
        }
    }

    private int NextWeighted()
    {
        while (true)
        {
            var unit = (KeyMixer.Draw(_key, _next++) >> 11) * ToUnit;
            var place = Tree.Find(unit * Tree.Total.Weight);
            if (_stamps[place] != _stamp) return place;
            Rejections++;
        }
    }

    private int Below(int count) => (int)Math.BigMul(KeyMixer.Draw(_key, _next++), (ulong)count, out _);
}
