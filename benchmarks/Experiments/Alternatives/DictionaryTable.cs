using System.Collections.Concurrent;
using Monolith.Embeddings.Tables;

namespace Experiments.Alternatives;

/// <summary>
/// What a .NET team writes first: a dictionary of managed arrays, an array a row. The rules of its segments are the library's, so that the
/// same model learns the same from it.
/// </summary>
internal sealed class DictionaryTable
{
    private readonly ConcurrentDictionary<long, float[]> _rows = [];
    private readonly List<DictionarySegment> _segments = [];
    private readonly Func<long, float[]> _create;
    private readonly int _dimension;
    private readonly int _length;

    /// <summary>Creates an empty table.</summary>
    /// <param name="options">Its segments.</param>
    /// <param name="seed">Of first values.</param>
    public DictionaryTable(EmbeddingTableOptions options, ulong seed)
    {
        _dimension = options.Segments.Sum(segment => segment.Dimension);
        (_length, _create) = (_dimension, Create);
        var weight = 0;
        foreach (var segment in options.Segments)
        {
            _segments.Add(new DictionarySegment(segment, weight, _length, seed));
            weight += segment.Dimension;
            _length += _segments[^1].StateLength;
        }
    }

    /// <summary>How many rows there are.</summary>
    public long Count => _rows.Count;

    /// <summary>Drops all rows.</summary>
    public void Clear() => _rows.Clear();

    /// <summary>Reads rows; zeros for ids without one.</summary>
    public void Lookup(TableBatch batch)
    {
        for (var i = 0; i < batch.Ids.Length; i++)
            Read(batch, i, _rows.TryGetValue(batch.Ids.Span[i], out var row) ? row : null);
    }

    /// <summary>Reads rows, and makes those that are missing.</summary>
    public void LookupOrCreate(TableBatch batch)
    {
        for (var i = 0; i < batch.Ids.Length; i++) Read(batch, i, _rows.GetOrAdd(batch.Ids.Span[i], _create));
    }

    /// <summary>Applies a gradient to each row, and makes those that are missing.</summary>
    public void Apply(TableBatch batch, long step)
    {
        for (var i = 0; i < batch.Ids.Length; i++)
        {
            var (id, count) = (batch.Ids.Span[i], batch.Counts.IsEmpty ? 1 : batch.Counts.Span[i]);
            var row = _rows.GetOrAdd(id, _create);
            var gradient = batch.Gradients.Span.Slice(i * _dimension, _dimension);
            foreach (var segment in _segments) segment.Apply(id, count, step, row, gradient);
        }
    }

    private void Read(TableBatch batch, int place, float[]? row)
    {
        var target = batch.Rows.Span.Slice(place * _dimension, _dimension);
        if (row is null) target.Clear();
        else row.AsSpan(0, _dimension).CopyTo(target);
        if (!batch.HasRow.IsEmpty) batch.HasRow.Span[place] = row is not null;
    }

    private float[] Create(long id)
    {
        var row = new float[_length];
        foreach (var segment in _segments) segment.Begin(id, row);
        return row;
    }
}
