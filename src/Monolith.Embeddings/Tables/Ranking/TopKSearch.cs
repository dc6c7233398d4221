using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Threads;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>
/// A search for the largest dot products over all rows of a table, and its buffers, which are used again. The result depends on rows and
/// queries alone: not on the order of rows, the number of parts or of threads.
/// </summary>
internal sealed unsafe class TopKSearch : RangeWork
{
    public const int MaxThreads = 256;

    // Fewer rows are scored in less time than another thread needs to begin.
    private const long FewestRowsAThread = 16_384;

    private static readonly ObjectPool<TopKSearch> Idle = new(() => new TopKSearch());

    private readonly PinnedBuffer<float> _queries = new();
    private readonly TopKFilterSets _filter = new();
    private readonly List<TopKLane> _lanes = [];
    private readonly Stack<TopKLane> _free = new();
    private int _queryFloats;
    private ForkJoin? _threads;
    private RankedRows _rows = null!;

    private TopKSearch()
    {
    }

    /// <summary>Searches.</summary>
    /// <param name="rows">Where.</param>
    /// <param name="queries">[n, dimension].</param>
    /// <param name="offset">What is added to each score that is handed out.</param>
    /// <param name="k">How many ids to find for each query.</param>
    /// <param name="ids">Receives them, [n, k].</param>
    /// <param name="scores">Receives the scores, [n, k].</param>
    /// <param name="found">Receives how many were found, [n].</param>
    /// <param name="filter">Which rows may be found.</param>
    /// <param name="threads">On how many threads, or -1.</param>
    public static TopKResult Run(
        RankedRows rows, ReadOnlySpan<float> queries, float offset, int k, Span<long> ids, Span<float> scores, Span<int> found,
        in TopKFilter filter, int threads)
    {
        RequireFit(rows, queries.Length, k, ids.Length, scores.Length, found.Length);
        Overlap.Refuse<long, float>(ids, scores, nameof(ids), nameof(scores));
        if (threads is not -1 and (< 1 or > MaxThreads))
            throw OutOfRange.Of("maxDegreeOfParallelism", threads, $"{threads} is neither -1 (all processors) nor 1 to {MaxThreads}.");
        var search = Idle.Rent();
        search._filter.Take(in filter, found.Length);
        var result = search.Search(rows, queries, k, found.Length, threads == -1 ? Environment.ProcessorCount : threads);
        var count = 0;
        for (var i = 0; i < found.Length; i++) count += found[i] = search.Take(i, k, ids, scores, offset);
        search.Release();
        return new TopKResult(count, result.Rows, result.NonFinite);
    }

    /// <inheritdoc />
    public override void Run(int start, int end)
    {
        TopKLane lane;
        lock (_free) lane = _free.Pop();
        for (var part = start; part < end; part++) _rows.Scan(part, lane);
        lock (_free) _free.Push(lane);
    }

    private static void RequireFit(RankedRows rows, int floats, int k, int ids, int scores, int found)
    {
        OutOfRange.ThrowIfLess(k, 0);
        if (floats != (long)found * rows.Dimension)
            throw new ArgumentException(
                $"Table '{rows.Name}': {found} queries of dimension {rows.Dimension} are {(long)found * rows.Dimension} floats; there are "
                + $"{floats}.", nameof(floats));
        if (ids != (long)found * k || scores != ids)
            throw new ArgumentException(
                $"Table '{rows.Name}': {found} queries for {k} ids each need room for {(long)found * k} ids and scores; there is room for "
                + $"{ids} ids and {scores} scores.", nameof(scores));
    }

    private (long Rows, long NonFinite) Search(RankedRows rows, ReadOnlySpan<float> queries, int k, int count, int threads)
    {
        if (k == 0 || count == 0) return default;
        threads = (int)Math.Clamp(rows.Count / FewestRowsAThread, 1, Math.Min(threads, rows.Parts));
        Begin(rows, queries, k, count, threads);
        if (threads == 1) Run(0, rows.Parts);
        else Threads(threads).Run(this, rows.Parts, grain: 1);
        var (scored, nonFinite) = (0L, 0L);
        for (var i = 0; i < threads; i++)
        {
            scored += _lanes[i].Rows;
            nonFinite += _lanes[i].NonFinite;
            for (var query = 0; i > 0 && query < count; query++) _lanes[0].Heap(query).AddAll(_lanes[i].Heap(query));
        }
        return (scored, nonFinite);
    }

    private void Begin(RankedRows rows, ReadOnlySpan<float> queries, int k, int count, int threads)
    {
        _rows = rows;
        var stride = DotProduct.PackedLength(rows.Dimension);
        if (_queryFloats < count * stride) _queries.Reserve(_queryFloats = count * stride);
        for (var i = 0; i < count; i++)
            DotProduct.Pack(queries.Slice(i * rows.Dimension, rows.Dimension), new Span<float>(_queries.Pointer + i * stride, stride));
        while (_lanes.Count < threads) _lanes.Add(new TopKLane());
        _free.Clear();
        for (var i = threads - 1; i >= 0; i--)
        {
            _lanes[i].Begin(rows, _queries.Pointer, count, k, _filter);
            _free.Push(_lanes[i]);
        }
    }

    private ForkJoin Threads(int count) => _threads?.Count == count ? _threads : _threads = new ForkJoin(count - 1);

    private int Take(int query, int k, Span<long> ids, Span<float> scores, float offset)
    {
        if (k == 0) return 0;
        var heap = _lanes[0].Heap(query);
        var count = heap.Count;
        heap.Drain(ids.Slice(query * k, count), scores.Slice(query * k, count), offset);
        return count;
    }

    // Not where the search failed: another thread's part may still have its lane.
    private void Release()
    {
        _filter.Forget();
        _rows = null!;
        Idle.Return(this);
    }
}
