using System.Runtime.CompilerServices;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>
/// One thread's share of a search. Under the lock of a stripe it only scores rows, and notes those that are not worse than the worst that
/// it keeps; what the filter says of these is asked when the lock is left.
/// </summary>
internal sealed unsafe class TopKLane
{
    // Short, since others wait for the stripe meanwhile.
    private const int MostScores = 4096, FewestRows = 64;

    private readonly PinnedBuffer<float> _thresholds = new();
    private TopKHeap[] _heaps = [];
    private int _reserved;
    private float* _queries;
    private int _count, _stride, _dimension, _noted;
    private bool _areMixed;
    private TopKFilterSets _filter = null!;
    private long[] _ids = [];
    private float[] _scores = [];
    private int[] _places = [];
    private long _rows, _nonFinite, _markedRows, _markedNonFinite;

    public ScanBuffers Buffers { get; } = new();

    public int ChunkRows { get; private set; }

    /// <summary>How many rows were scored.</summary>
    public long Rows => _rows;

    /// <summary>How many scores were left out.</summary>
    public long NonFinite => _nonFinite;

    /// <summary>The best ids of a query.</summary>
    public TopKHeap Heap(int query) => _heaps[query];

    /// <summary>Begins a search.</summary>
    /// <param name="rows">Where.</param>
    /// <param name="queries">The packed queries, one after the other; not moved until the search is over.</param>
    /// <param name="count">How many.</param>
    /// <param name="most">How many ids to find for each.</param>
    /// <param name="filter">Which ids may be found.</param>
    public void Begin(RankedRows rows, float* queries, int count, int most, TopKFilterSets filter)
    {
        _queries = queries;
        (_count, _dimension, _filter) = (count, rows.Dimension, filter);
        (_stride, _areMixed) = (DotProduct.PackedLength(rows.Dimension), rows.IdsAreMixed);
        (_rows, _nonFinite, _noted) = (0, 0, 0);
        ChunkRows = Math.Max(FewestRows, MostScores / count);
        Reserve(count);
        for (var i = 0; i < count; i++)
        {
            _heaps[i].Reset(most);
            _thresholds.Pointer[i] = float.NegativeInfinity;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(ulong key, float* weights)
    {
        var query = _queries;
        for (var i = 0; i < _count; i++, query += _stride)
        {
            var score = DotProduct.Of(weights, query, _dimension);
            if (score < _thresholds.Pointer[i])
            {
                if (score == float.NegativeInfinity) _nonFinite++;
            }
            else Note(i, key, score);
        }
        _rows++;
    }

    /// <summary>Asks the filter about what was noted, and keeps the best.</summary>
    public void Settle()
    {
        for (var i = 0; i < _noted; i++)
        {
            var (query, id, score) = (_places[i], _ids[i], _scores[i]);
            if (score < _thresholds.Pointer[query] || !_filter.Allows(query, id)) continue;
            _heaps[query].Add(id, score);
            _thresholds.Pointer[query] = _heaps[query].Threshold;
        }
        _noted = 0;
    }

    public void Mark()
    {
        (_markedRows, _markedNonFinite) = (_rows, _nonFinite);
        for (var i = 0; i < _count; i++) _heaps[i].Mark();
    }

    public void Rewind()
    {
        (_rows, _nonFinite, _noted) = (_markedRows, _markedNonFinite, 0);
        for (var i = 0; i < _count; i++)
        {
            _heaps[i].Rewind();
            _thresholds.Pointer[i] = _heaps[i].Threshold;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Note(int query, ulong key, float score)
    {
        if (!float.IsFinite(score))
        {
            _nonFinite++;
            return;
        }
        if (_noted == _ids.Length) Grow(Math.Max(1024, 2 * _noted));
        var id = unchecked((long)(_areMixed ? KeyMixer.Unmix(key) : key));
        (_places[_noted], _ids[_noted], _scores[_noted]) = (query, id, score);
        _noted++;
    }

    private void Reserve(int count)
    {
        if (count <= _reserved) return;
        _thresholds.Reserve(count);
        var before = _heaps.Length;
        Array.Resize(ref _heaps, count);
        for (var i = before; i < count; i++) _heaps[i] = new TopKHeap();
        _reserved = count;
    }

    private void Grow(int capacity)
    {
        Array.Resize(ref _ids, capacity);
        Array.Resize(ref _scores, capacity);
        Array.Resize(ref _places, capacity);
    }
}
