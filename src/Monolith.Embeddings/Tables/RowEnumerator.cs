using System.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Goes through the rows of a table once, a copied chunk at a time, while other threads go on: see <see cref="EmbeddingTable.EnumerateRows"/>.
/// Not thread-safe itself; several enumerations of a table may run at once.
/// </summary>
[DebuggerDisplay("{_table.Name}: stripe {_stripe}, {_count} rows in hand")]
public sealed class RowEnumerator : IDisposable
{
    private readonly EmbeddingTable _table;
    private readonly RowCursor _cursor = new();
    private readonly long[] _ids;
    private readonly float[] _weights;
    private readonly uint[] _lastUpdates;
    private int _stripe;
    private int _count;

    internal RowEnumerator(EmbeddingTable table, int chunkRows)
    {
        _table = table;
        _ids = new long[chunkRows];
        _weights = new float[chunkRows * table.Dimension];
        _lastUpdates = new uint[chunkRows];
    }

    /// <summary>Says that the enumeration ended early, where nobody else did: its stripe would keep in step with it for ever.</summary>
    ~RowEnumerator() => _cursor.Abandon();

    internal RowCursor Cursor => _cursor;

    /// <summary>The rows that the last <see cref="MoveNext"/> copied; none before the first and after the last.</summary>
    public RowChunk Current => new(_ids.AsSpan(0, _count), _weights.AsSpan(0, _count * _table.Dimension), _lastUpdates.AsSpan(0, _count));

    /// <summary>This enumeration, which goes once, for <c>foreach</c>.</summary>
    public RowEnumerator GetEnumerator() => this;

    /// <summary>Copies the next rows.</summary>
    /// <returns>False where there are none left.</returns>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public bool MoveNext()
    {
        _count = 0;
        while (_count == 0 && _stripe < _table.StripeCount)
        {
            _count = _table.CopyRows(_stripe, _cursor, _ids, _weights, _lastUpdates);
            if (!_cursor.IsOpen) _stripe++;
        }
        return _count > 0;
    }

    /// <summary>Ends the enumeration; <see cref="MoveNext"/> is false from now on. Copies nothing and waits for nobody.</summary>
    public void Dispose()
    {
        (_stripe, _count) = (int.MaxValue, 0);
        _cursor.Abandon();
        GC.SuppressFinalize(this);
    }
}
