using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>A table whose new rows are born from rows of others, or of itself: their first values in its own layout.</summary>
internal sealed class BornTable
{
    private readonly int _dimension;
    private readonly int[] _parentTables;
    private readonly int[] _firstOf;

    // For each table of parents: from where in its rows to where in this table's, and how many floats.
    private readonly (int From, int To, int Length)[][] _copies;
    private readonly int[] _widths;
    private float[] _values = [];
    private int[] _valueOf = [];

    /// <param name="schema">The schema.</param>
    /// <param name="table">The table's place in it.</param>
    /// <param name="parentTables">The places of the tables that its parents are in.</param>
    public BornTable(FeatureSchema schema, int table, int[] parentTables)
    {
        (Table, _parentTables) = (table, parentTables);
        var options = schema.Tables[table];
        _dimension = options.Segments.Sum(segment => segment.Dimension);
        _copies = [.. parentTables.Select(parent => CopiesOf(options, schema.Tables[parent]))];
        _widths = [.. parentTables.Select(parent => schema.Tables[parent].Segments.Sum(segment => segment.Dimension))];
        _firstOf = new int[schema.Tables.Count];
    }

    /// <summary>Its place in the schema.</summary>
    public int Table { get; }

    /// <summary>Gives first values to the ids of a batch whose parent has a row.</summary>
    /// <param name="lookups">What was read of each table's parents.</param>
    /// <param name="parents">The parent of each id.</param>
    /// <param name="batch">What the batch asks of the table.</param>
    public void Give(IReadOnlyList<TableBatch> lookups, ReadOnlySpan<CollectedParents.Parent> parents, TableBatch batch)
    {
        var count = 0;
        foreach (var table in _parentTables)
        {
            _firstOf[table] = count;
            count += lookups[table].Ids.Length;
        }
        if (_values.Length < count * _dimension) _values = new float[Math.Max(count * _dimension, 2 * _values.Length)];
        for (var i = 0; i < _parentTables.Length; i++) Copy(lookups[_parentTables[i]].Rows.Span, i);
        var ids = batch.Ids.Length;
        if (_valueOf.Length < ids) _valueOf = new int[Math.Max(ids, 2 * _valueOf.Length)];
        for (var i = 0; i < ids; i++)
        {
            var (table, place) = parents[i];
            _valueOf[i] = table >= 0 && lookups[table].HasRow.Span[place] ? _firstOf[table] + place : TableBatch.NoFirstValue;
        }
        batch.FirstValues = _values.AsMemory(0, count * _dimension);
        batch.FirstValueOf = _valueOf.AsMemory(0, ids);
    }

    private void Copy(ReadOnlySpan<float> rows, int parentTable)
    {
        var (width, to) = (_widths[parentTable], _firstOf[_parentTables[parentTable]] * _dimension);
        for (var from = 0; from < rows.Length; from += width, to += _dimension)
        {
            foreach (var copy in _copies[parentTable])
                rows.Slice(from + copy.From, copy.Length).CopyTo(_values.AsSpan(to + copy.To));
        }
    }

    // Each segment of the table, from where the parent's rows have it.
    private static (int From, int To, int Length)[] CopiesOf(EmbeddingTableOptions table, EmbeddingTableOptions parent)
    {
        var (copies, to) = (new List<(int, int, int)>(), 0);
        foreach (var segment in table.Segments)
        {
            var from = parent.Segments.TakeWhile(s => s.Name != segment.Name).Sum(s => s.Dimension);
            copies.Add((from, to, segment.Dimension));
            to += segment.Dimension;
        }
        return [.. copies];
    }
}
