namespace Monolith.Embeddings.Tables.Ranges;

/// <summary>What of a run of ids goes to one range, and where its answers belong in the batch. Buffers grow, and are used again.</summary>
/// <param name="range">The index of the range.</param>
/// <param name="table">The index of the table.</param>
/// <param name="dimension">How many weights a row has.</param>
internal sealed class RangeShare(int range, int table, int dimension)
{
    private int[] _positions = [];
    private long[] _ids = [];
    private int[] _counts = [], _first = [];
    private bool[] _marks = [];
    private float[] _rows = [], _stored = [], _gradients = [], _read = [];

    public RangeBatch Batch { get; } = new(range, table);

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public void Add(int position, long id, int count)
    {
        if (Count == _ids.Length) Grow();
        (_positions[Count], _ids[Count], _counts[Count]) = (position, id, count);
        Count++;
    }

    /// <summary>Hands over the ids alone.</summary>
    public void BeginIds(DateTimeOffset newestEventTime, DateTimeOffset eventTime)
    {
        (Batch.NewestEventTime, Batch.EventTime) = (newestEventTime, eventTime);
        Batch.Batch.Ids = _ids.AsMemory(0, Count);
        Batch.Batch.Counts = _counts.AsMemory(0, Count);
    }

    /// <summary>Makes room for the answers of a lookup.</summary>
    /// <param name="whole">The batch.</param>
    /// <param name="admits">Whether the lookup admits; else it answers with rows and marks alone.</param>
    public void BeginLookup(TableBatch whole, bool admits)
    {
        Batch.Batch.Rows = Reserve(ref _rows, dimension);
        Batch.Batch.StoredRows = !admits || whole.StoredRows.IsEmpty ? default : Reserve(ref _stored, dimension);
        Batch.Batch.HasRow = whole.HasRow.IsEmpty ? default : Reserve(ref _marks, 1);
        // Those of all ranges: a network need not send what none of its ids has.
        Batch.Batch.FirstValues = admits && !whole.FirstValueOf.IsEmpty ? whole.FirstValues : default;
        Batch.Batch.FirstValueOf = admits && !whole.FirstValueOf.IsEmpty ? GatherFirst(whole.FirstValueOf.Span) : default;
    }

    /// <summary>Makes room for marks.</summary>
    public void BeginMarks() => Batch.Batch.HasRow = Reserve(ref _marks, 1);

    /// <summary>Takes the gradients of its ids.</summary>
    public void BeginApply(TableBatch whole)
    {
        Batch.Batch.Gradients = Gather(whole.Gradients.Span, ref _gradients);
        Batch.Batch.WeightsAtRead = whole.WeightsAtRead.IsEmpty ? default : Gather(whole.WeightsAtRead.Span, ref _read);
    }

    /// <summary>Puts the answers of a lookup where they belong.</summary>
    public void PutLookup(TableBatch whole)
    {
        Scatter(Batch.Batch.Rows.Span, whole.Rows.Span, dimension);
        if (!Batch.Batch.StoredRows.IsEmpty) Scatter(Batch.Batch.StoredRows.Span, whole.StoredRows.Span, dimension);
        if (!Batch.Batch.HasRow.IsEmpty) Scatter(Batch.Batch.HasRow.Span, whole.HasRow.Span, 1);
    }

    /// <summary>Puts marks where they belong.</summary>
    public void PutMarks(TableBatch whole) => Scatter(Batch.Batch.HasRow.Span, whole.HasRow.Span, 1);

    /// <summary>Puts what is not marked where it belongs.</summary>
    /// <param name="absent">The marks of the run.</param>
    /// <param name="start">Where the run begins in the batch.</param>
    public void PutAbsent(Span<bool> absent, int start)
    {
        for (var i = 0; i < Count; i++) absent[_positions[i] - start] = !_marks[i];
    }

    private Memory<int> GatherFirst(ReadOnlySpan<int> valueOf)
    {
        var memory = Reserve(ref _first, 1);
        for (var i = 0; i < Count; i++) _first[i] = valueOf[_positions[i]];
        return memory;
    }

    private Memory<float> Gather(ReadOnlySpan<float> from, ref float[] to)
    {
        var memory = Reserve(ref to, dimension);
        for (var i = 0; i < Count; i++) from.Slice(_positions[i] * dimension, dimension).CopyTo(to.AsSpan(i * dimension));
        return memory;
    }

    private void Scatter<T>(ReadOnlySpan<T> from, Span<T> to, int width)
    {
        for (var i = 0; i < Count; i++) from.Slice(i * width, width).CopyTo(to[(_positions[i] * width)..]);
    }

    private Memory<T> Reserve<T>(ref T[] buffer, int width)
    {
        var needed = Count * width;
        if (buffer.Length < needed) buffer = new T[Math.Max(needed, 2 * buffer.Length)];
        return buffer.AsMemory(0, needed);
    }

    private void Grow()
    {
        var capacity = Math.Max(16, 2 * Count);
        Array.Resize(ref _positions, capacity);
        Array.Resize(ref _ids, capacity);
        Array.Resize(ref _counts, capacity);
    }
}
