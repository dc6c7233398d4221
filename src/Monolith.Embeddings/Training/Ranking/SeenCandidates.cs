using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Ranking;

namespace Monolith.Embeddings.Training.Ranking;

/// <summary>
/// The items that users have seen and that are therefore no candidates: those that come before an event's item are taken off its rank.
/// </summary>
/// <param name="items">The table of the items.</param>
/// <param name="mostEvents">How many events there are at most.</param>
internal sealed class SeenCandidates(EmbeddingTable items, int mostEvents)
{
    private readonly int[] _ends = new int[mostEvents];
    private long[] _ids = [];
    private bool[] _found = [];
    private float[] _rows = [];
    private int _events, _count;

    public void Clear() => (_events, _count) = (0, 0);

    /// <summary>Adds what the user of the next event has seen; its own item stays a candidate.</summary>
    public void Add(ReadOnlySpan<long> seen, long own)
    {
        if (_count + seen.Length > _ids.Length) Array.Resize(ref _ids, Math.Max(2 * _ids.Length, _count + seen.Length));
        foreach (var id in seen)
        {
            if (id != own) _ids[_count++] = id;
        }
        _ends[_events++] = _count;
    }

    /// <summary>Takes those that come before an event's item off their number.</summary>
    public void Subtract(RankedPositives positives, Span<long> before)
    {
        if (_count == 0) return;
        var width = items.Dimension;
        if (_found.Length < _count) (_found, _rows) = (new bool[_ids.Length], new float[_ids.Length * width]);
        items.Contains(_ids.AsSpan(0, _count), _found.AsSpan(0, _count));
        items.Lookup(_ids.AsSpan(0, _count), _rows.AsSpan(0, _count * width));
        for (int i = 0, at = 0; i < _events; i++)
        {
            for (; at < _ends[i]; at++)
            {
                if (_found[at] && positives.IsBefore(i, _ids[at], _rows.AsSpan(at * width, width))) before[i]--;
            }
        }
    }
}
