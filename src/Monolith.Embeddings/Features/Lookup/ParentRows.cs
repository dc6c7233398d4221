using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>
/// The rows that new ones are born from: read before a batch changes anything, and laid out as the new rows are. Buffers grow, and are used
/// again. One batch's at a time.
/// </summary>
internal sealed class ParentRows
{
    private readonly TableBatch[] _lookups;
    private readonly int[] _dimensions;
    private readonly float[][] _rows;
    private readonly bool[][] _hasRow;
    private readonly BornTable[] _born;

    private ParentRows(FeatureSchema schema, IEnumerable<FeatureSlot> born)
    {
        _lookups = [.. schema.Tables.Select(_ => new TableBatch())];
        _dimensions = [.. schema.Tables.Select(table => table.Segments.Sum(segment => segment.Dimension))];
        _rows = [.. schema.Tables.Select(_ => Array.Empty<float>())];
        _hasRow = [.. schema.Tables.Select(_ => Array.Empty<bool>())];
        _born = [.. born.GroupBy(slot => slot.Table).Select(slots => new BornTable(
            schema, slots.Key, [.. slots.Select(slot => slot.BornFrom!.Table).Distinct()]))];
    }

    /// <summary>Those of a schema; null where no slot is born from another.</summary>
    public static ParentRows? Of(FeatureSchema schema)
    {
        var born = schema.Slots.Where(slot => slot.BornFrom is not null).ToList();
        return born.Count == 0 ? null : new ParentRows(schema, born);
    }

    /// <summary>What is to be looked up, one batch a table.</summary>
    public IReadOnlyList<TableBatch> Lookups => _lookups;

    /// <summary>Asks for the parents of a batch.</summary>
    public void Ask(CollectedParents parents)
    {
        for (var table = 0; table < _lookups.Length; table++)
        {
            var ids = parents.ParentIds(table);
            _lookups[table].Ids = ids;
            _lookups[table].Rows = Reserved(ref _rows[table], ids.Length * _dimensions[table]);
            _lookups[table].HasRow = Reserved(ref _hasRow[table], ids.Length);
            _lookups[table].HasRow.Span.Clear();
        }
    }

    /// <summary>Gives what was read to the tables whose rows are born of it.</summary>
    /// <param name="parents">The parents of the batch.</param>
    /// <param name="tables">What the batch asks of each table.</param>
    public void Give(CollectedParents parents, TableInput[] tables)
    {
        foreach (var born in _born) born.Give(_lookups, parents.ParentsOf(born.Table), tables[born.Table].Batch);
    }

    private static Memory<T> Reserved<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new T[Math.Max(length, 2 * buffer.Length)];
        return buffer.AsMemory(0, length);
    }
}
