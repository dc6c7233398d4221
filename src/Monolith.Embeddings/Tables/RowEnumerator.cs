using System.Diagnostics;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Goes through the rows of a table once, a copied chunk at a time, while other threads go on: see
/// <see cref="EmbeddingTable.EnumerateRows"/>. Not thread-safe itself: a thread that uses it while another one does is told so. Several
/// enumerations of a table may run at once.
/// </summary>
[DebuggerDisplay("{_table.Name}: stripe {_stripe}, {_count} rows in hand")]
public sealed class RowEnumerator : IDisposable
{
    private readonly EmbeddingTable _table;
    private readonly RowCursor _cursor = new();
    private readonly long[] _ids;
    private readonly float[] _weights;
    private readonly long[] _lastUpdates;
    private int _stripe;
    private int _count;
    private int _isMoving;
    private volatile bool _isDisposed;

    internal RowEnumerator(EmbeddingTable table, int chunkRows)
    {
        _table = table;
        _ids = new long[chunkRows];
        _weights = new float[chunkRows * table.Dimension];
        _lastUpdates = new long[chunkRows];
    }

    /// <summary>Says that the enumeration ended early, where no other caller did: its stripe would keep in step with it forever.</summary>
    ~RowEnumerator() => _cursor.Abandon();

    internal RowCursor Cursor => _cursor;

    /// <summary>The rows that the last <see cref="MoveNext"/> copied; none before the first and after the last.</summary>
    /// <exception cref="InvalidOperationException">Another thread is copying rows.</exception>
    public RowChunk Current
    {
        get
        {
            if (Volatile.Read(ref _isMoving) != 0) ThrowShared();
            var count = _isDisposed ? 0 : _count;
            return new RowChunk(_ids.AsSpan(0, count), _weights.AsSpan(0, count * _table.Dimension), _lastUpdates.AsSpan(0, count));
        }
    }

    /// <summary>This enumeration, which goes once, for <c>foreach</c>.</summary>
    public RowEnumerator GetEnumerator() => this;

    /// <summary>Copies the next rows.</summary>
    /// <returns>False where there are none left.</returns>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is copying rows; its enumeration goes on.</exception>
    public bool MoveNext()
    {
        // A cursor in two places would lead one stripe to another one's rows.
        if (Interlocked.CompareExchange(ref _isMoving, 1, 0) != 0) ThrowShared();
        try
        {
            _count = 0;
            while (_count == 0 && !_isDisposed && _stripe < _table.StripeCount)
            {
                _count = _table.CopyRows(_stripe, _cursor, _ids, _weights, _lastUpdates);
                if (!_cursor.IsOpen) _stripe++;
            }
            return _count > 0 && !_isDisposed;
        }
        finally
        {
            Volatile.Write(ref _isMoving, 0);
        }
    }

    /// <summary>
    /// Ends the enumeration; <see cref="MoveNext"/> is false from now on. Copies nothing and waits for no thread; may be called by any,
    /// also twice.
    /// </summary>
    public void Dispose()
    {
        _isDisposed = true;
        _cursor.Abandon();
        GC.SuppressFinalize(this);
    }

    private void ThrowShared() => throw new InvalidOperationException(
        $"Another thread is copying rows of table '{_table.Name}' with this enumeration. "
        + $"Give each thread an enumeration of its own, by {nameof(EmbeddingTable.EnumerateRows)}.");
}
