using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>
/// The rows of one table that the last batch has, as they were at its turn. Only ids that had a row: the others are no different for code
/// that comes later. Buffers grow, and are used again.
/// </summary>
internal sealed class TableValuesBefore
{
    private long[] _ids = [];
    private bool[] _hasRow = [];
    private float[] _rows = [], _stored = [];
    private int[] _scratch = [];
    private int _count, _width;
    private bool _hasStored, _isIndexed;

    /// <summary>The distinct ids of the batch.</summary>
    public UniqueIds Unique { get; } = new();

    public void Clear() => (_count, _isIndexed) = (0, false);

    /// <summary>Copies what a batch has that was looked up and not applied yet.</summary>
    public void Take(TableInput input, LateIds late)
    {
        (_count, _width, _hasStored, _isIndexed) = (input.Ids.Length, input.Dimension, !input.StoredRows.IsEmpty, false);
        Reserve();
        input.Ids.CopyTo(_ids);
        input.HasRow.CopyTo(_hasRow);
        input.Rows.CopyTo(_rows);
        input.StoredRows.CopyTo(_stored);
        late.PutCommon(_rows, _hasStored ? _stored : []);
    }

    /// <summary>Puts them into a batch that was read after the gradients.</summary>
    public void GiveTo(TableInput input)
    {
        Index();
        var ids = input.Ids;
        var hasRow = input.HasRow;
        for (var place = 0; place < ids.Length; place++)
        {
            if (!hasRow[place] || Unique.Find(ids[place]) is not (>= 0 and var at) || !_hasRow[at]) continue;
            _rows.AsSpan(at * _width, _width).CopyTo(input.Rows[(place * _width)..]);
            if (_hasStored && !input.StoredRows.IsEmpty) _stored.AsSpan(at * _width, _width).CopyTo(input.StoredRows[(place * _width)..]);
        }
    }

    public void Save(FieldWriter fields)
    {
        fields.Int32(_width);
        fields.Flag(_hasStored);
        fields.Int32(_hasRow.AsSpan(0, _count).Count(true));
        for (var i = 0; i < _count; i++)
        {
            if (!_hasRow[i]) continue;
            fields.Int64(_ids[i]);
            fields.Floats(_rows.AsSpan(i * _width, _width));
            if (_hasStored) fields.Floats(_stored.AsSpan(i * _width, _width));
        }
    }

    /// <param name="fields">Reads what <see cref="Save"/> wrote.</param>
    /// <param name="name">The name of the table.</param>
    /// <param name="input">Says what the table's rows are; null to pass over them.</param>
    /// <exception cref="FormatException">It is of other rows.</exception>
    public void Load(ref FieldReader fields, string name, TableInput? input)
    {
        (_width, _hasStored, _isIndexed) = (fields.Int32(), fields.Flag(), false);
        _count = (int)fields.Count(int.MaxValue, "rows");
        if (input is not null && _count > 0 && _width != input.Dimension)
            throw new FormatException($"Rows of table '{name}' have {input.Dimension} weights, those of the last batch {_width}.");
        var bytes = sizeof(long) + (long)(_hasStored ? 2 : 1) * _width * sizeof(float);
        if (_width < 0 || bytes * _count > fields.Left) throw new FormatException($"Table '{name}': it ends before its {_count} rows do.");
        Reserve();
        for (var i = 0; i < _count; i++)
        {
            (_ids[i], _hasRow[i]) = (fields.Int64(), true);
            fields.Floats(_rows.AsSpan(i * _width, _width));
            if (_hasStored) fields.Floats(_stored.AsSpan(i * _width, _width));
        }
    }

    // Most batches are read ahead, and then nothing is looked up here.
    private void Index()
    {
        if (_isIndexed) return;
        Unique.Clear();
        Unique.Add(_ids.AsSpan(0, _count), _scratch);
        _isIndexed = true;
    }

    private void Reserve()
    {
        if (_ids.Length < _count)
        {
            var length = Math.Max(_count, 2 * _ids.Length);
            (_ids, _hasRow, _scratch) = (new long[length], new bool[length], new int[length]);
        }
        var floats = _count * _width;
        if (_rows.Length < floats) _rows = new float[Math.Max(floats, 2 * _rows.Length)];
        if (_hasStored && _stored.Length < floats) _stored = new float[_rows.Length];
    }
}
