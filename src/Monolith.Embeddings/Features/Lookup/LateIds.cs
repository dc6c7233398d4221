using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>
/// Of one table, the ids of a batch that was read ahead which its turn asks for again: those without a row, which are counted and perhaps
/// admitted, and those that the batch before has too, whose rows are read as they are now. Buffers grow, and are used again.
/// </summary>
/// <param name="input">The batch's side of the table.</param>
internal sealed class LateIds(TableInput input)
{
    private int[] _places = [], _counts = [], _firstValueOf = [];
    private long[] _ids = [];
    private float[] _rows = [], _stored = [];
    private bool[] _hasRow = [], _isCommon = [];
    private int _count;

    /// <summary>What the turn asks of the table.</summary>
    public TableBatch Batch { get; } = new();

    /// <summary>How many of the ids had no row.</summary>
    public int Absent { get; private set; }

    /// <summary>There are none.</summary>
    public void Clear() => (_count, Absent) = (0, 0);

    /// <summary>Finds them, after the batch was read ahead.</summary>
    /// <param name="before">The distinct ids of the batch before.</param>
    public void Collect(UniqueIds before)
    {
        Clear();
        var ids = input.Ids;
        var counts = input.Counts;
        var hasRow = input.HasRow;
        Reserve(ids.Length);
        for (var place = 0; place < ids.Length; place++)
        {
            var isCommon = hasRow[place];
            if (isCommon && before.Find(ids[place]) < 0) continue;
            (_places[_count], _ids[_count], _counts[_count], _isCommon[_count]) = (place, ids[place], counts[place], isCommon);
            _count++;
            if (!isCommon) Absent++;
        }
    }

    /// <summary>Asks for them.</summary>
    public void Ask()
    {
        var floats = _count * input.Dimension;
        var firstValueOf = input.Batch.FirstValueOf.Span;
        if (_rows.Length < floats) _rows = new float[Math.Max(floats, 2 * _rows.Length)];
        if (_stored.Length < floats && !input.StoredRows.IsEmpty) _stored = new float[_rows.Length];
        Batch.Ids = _ids.AsMemory(0, _count);
        Batch.Counts = _counts.AsMemory(0, _count);
        Batch.Rows = _rows.AsMemory(0, floats);
        Batch.StoredRows = input.StoredRows.IsEmpty ? default : _stored.AsMemory(0, floats);
        Batch.HasRow = _hasRow.AsMemory(0, _count);
        Batch.FirstValues = input.Batch.FirstValues;
        Batch.FirstValueOf = firstValueOf.IsEmpty ? default : _firstValueOf.AsMemory(0, _count);
        if (firstValueOf.IsEmpty) return;
        for (var i = 0; i < _count; i++) _firstValueOf[i] = firstValueOf[_places[i]];
    }

    /// <summary>Gives the batch what it could not read ahead.</summary>
    public void Give()
    {
        for (var i = 0; i < _count; i++)
        {
            if (_isCommon[i]) continue;
            input.HasRow[_places[i]] = _hasRow[i];
            Copy(i, _rows, input.Rows);
            if (!input.StoredRows.IsEmpty) Copy(i, _stored, input.StoredRows);
        }
    }

    /// <summary>Puts the rows that the batch before has too into a copy of the batch's rows, as they were at its turn.</summary>
    /// <param name="rows">The copy.</param>
    /// <param name="stored">A copy of the rows as they are stored; empty for none.</param>
    public void PutCommon(Span<float> rows, Span<float> stored)
    {
        for (var i = 0; i < _count; i++)
        {
            if (!_isCommon[i]) continue;
            Copy(i, _rows, rows);
            if (!stored.IsEmpty) Copy(i, _stored, stored);
        }
    }

    private void Copy(int late, float[] from, Span<float> to)
    {
        var width = input.Dimension;
        from.AsSpan(late * width, width).CopyTo(to[(_places[late] * width)..]);
    }

    private void Reserve(int ids)
    {
        if (_ids.Length >= ids) return;
        var length = Math.Max(ids, 2 * _ids.Length);
        (_ids, _places, _counts, _firstValueOf) = (new long[length], new int[length], new int[length], new int[length]);
        (_hasRow, _isCommon) = (new bool[length], new bool[length]);
    }
}
