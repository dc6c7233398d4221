using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// The rows that the manifest does not list yet. Those of the newest batches stay apart, because a commit may be of any of them; older
/// ones are in every later commit, and become a file when they are many. Thread-safe.
/// </summary>
/// <param name="format">Writes rows.</param>
/// <param name="schema">The schema of the rows.</param>
internal sealed class LogTail(ExampleRowFormat format, FeatureSchema schema)
{
    private readonly ExampleRowReader _reader = ExampleRowReader.Of(schema);
    private SuppressedExamples? _suppressed;
    private readonly Lock _gate = new();
    private readonly ObjectPool<RowChunk> _pool = new(() => new RowChunk());
    private readonly Queue<LogMark> _marks = [];
    private readonly List<RowChunk> _settled = [];
    private readonly List<LogPiece> _pieces = [];
    private readonly List<(StreamPosition Position, long Row)> _captures = [];
    private StreamPosition? _keptFrom;
    private long _nextRow, _capturedRow, _settledBytes;

    /// <summary>How many bytes of memory the rows of pieces take that are not durable.</summary>
    public long UnsealedBytes
    {
        get
        {
            lock (_gate) return _pieces.Where(piece => piece.Entry is null).Sum(piece => piece.Bytes);
        }
    }

    /// <summary>Forgets everything, and goes on at a position with a row.</summary>
    public void Begin(StreamPosition position, long row)
    {
        lock (_gate)
        {
            _marks.Clear();
            _settled.Clear();
            _pieces.Clear();
            _captures.Clear();
            (_nextRow, _capturedRow, _settledBytes) = (row, row, 0);
            _marks.Enqueue(new LogMark(position, row, null));
        }
    }

    /// <summary>Keeps the rows from a position on apart, beyond those of the newest batches.</summary>
    public void KeepFrom(StreamPosition position)
    {
        lock (_gate) _keptFrom = position;
    }

    /// <summary>Goes back to a position, so that the rows behind it come again.</summary>
    /// <returns>False where it is none of the newest, or a commit was begun behind it.</returns>
    public bool TryRewind(StreamPosition position)
    {
        lock (_gate)
        {
            if (Find(position) is not { } mark || mark.Row < _capturedRow) return false;
            var kept = _marks.TakeWhile(other => other != mark).Append(mark).ToArray();
            foreach (var dropped in _marks.Except(kept))
            {
                if (dropped.Rows is { } rows) _pool.Return(rows);
            }
            _marks.Clear();
            foreach (var one in kept) _marks.Enqueue(one);
            _nextRow = mark.Row;
            return true;
        }
    }

    /// <summary>Takes the rows of a batch; called in order.</summary>
    public void Append(ExampleBatch batch)
    {
        var (rows, suppressed) = (_pool.Rent(), Volatile.Read(ref _suppressed));
        rows.Begin(_nextRow);
        for (var row = 0; row < batch.Rows; row++)
        {
            if (suppressed?.IsSuppressed(batch, row) != true) rows.Append(format, batch, row);
        }
        lock (_gate)
        {
            // Something was forgotten since: of this batch, too, and rows before it may be fewer.
            if (_suppressed != suppressed) rows.Forget(new RowForgetting(schema, _suppressed!), _reader, _nextRow);
            _nextRow = rows.EndRow;
            _marks.Enqueue(new LogMark(batch.Position, _nextRow, rows.Rows > 0 ? rows : null));
            while (_marks.Count > ExampleSource.KeptStates + 1 && _marks.Peek().Position != _keptFrom)
            {
                if (_marks.Dequeue().Rows is not { } old) continue;
                _settled.Add(old);
                _settledBytes += old.Length;
            }
        }
    }

    /// <summary>Forgets the rows that have a forgotten id, of all that are in memory, and leaves out those to come.</summary>
    /// <returns>How many were forgotten.</returns>
    public long Forget(SuppressedExamples suppressed)
    {
        lock (_gate)
        {
            var (removed, forgetting) = (0L, new RowForgetting(schema, suppressed));
            if (!suppressed.IsEmpty)
            {
                removed = _pieces.Sum(piece => piece.Forget(forgetting, _reader))
                    + _settled.Sum(rows => rows.Forget(forgetting, _reader)) + ForgetOfBatches(forgetting);
            }
            // Last: a thread that appends by it, without the lock yet, must see the number that the next row has now.
            Volatile.Write(ref _suppressed, suppressed);
            return removed;
        }
    }

    // No commit has these rows: they are left out as if they had come later, whether they were read ahead or not.
    private long ForgetOfBatches(RowForgetting forgetting)
    {
        var (removed, next) = (0L, (long?)null);
        foreach (var mark in _marks)
        {
            if (mark.Rows is { } rows)
            {
                removed += rows.Forget(forgetting, _reader, next ?? rows.FirstRow);
                next = rows.EndRow;
                if (rows.Rows == 0)
                {
                    mark.Rows = null;
                    _pool.Return(rows);
                }
            }
            if (next is { } row) mark.Row = row;
        }
        _nextRow = next ?? _nextRow;
        return removed;
    }

    /// <summary>Makes a piece of the rows that every later commit has, if they are many.</summary>
    /// <param name="bytes">How many bytes are many.</param>
    /// <returns>Whether there are pieces that are to be made durable.</returns>
    public bool Settle(long bytes)
    {
        lock (_gate)
        {
            if (_settledBytes < bytes) return false;
            AddPiece([]);
            return true;
        }
    }

    /// <summary>The pieces that hold the rows before a position, and the number of the row there.</summary>
    /// <exception cref="InvalidOperationException">It is none of the newest positions.</exception>
    public (IReadOnlyList<LogPiece> Pieces, long Row) Capture(StreamPosition position)
    {
        lock (_gate)
        {
            var mark = Find(position) ?? throw new InvalidOperationException(
                $"The position {position} is none of the newest {ExampleSource.KeptStates} that the logged source yielded; the log has "
                + "gone on.");
            var rows = new List<RowChunk>();
            foreach (var before in _marks.TakeWhile(other => other.Row <= mark.Row))
            {
                if (before.Rows is { } chunk) rows.Add(chunk);
                before.Rows = null;
            }
            AddPiece(rows);
            _capturedRow = Math.Max(_capturedRow, mark.Row);
            _captures.Add((position, mark.Row));
            return (_pieces.ToArray(), mark.Row);
        }
    }

    /// <summary>The pieces that are there.</summary>
    public LogPiece[] Pieces()
    {
        lock (_gate) return _pieces.ToArray();
    }

    /// <summary>
    /// The pieces that hold the rows before a position that a commit has: one that was captured, or one of the newest.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public LogPiece[] Committed(StreamPosition position)
    {
        lock (_gate)
        {
            var at = _captures.FindLastIndex(capture => capture.Position == position);
            var row = at < 0 ? Capture(position).Row : _captures[at].Row;
            return _pieces.Where(piece => piece.EndRow <= row).ToArray();
        }
    }

    /// <summary>Forgets the pieces that the manifest lists now.</summary>
    public void Listed(LogPiece[] pieces)
    {
        if (pieces.Length == 0) return;
        lock (_gate)
        {
            _pieces.RemoveAll(pieces.Contains);
            _captures.RemoveAll(capture => capture.Row < pieces[^1].EndRow);
        }
    }

    private LogMark? Find(StreamPosition position) => _marks.LastOrDefault(mark => mark.Position == position);

    private void AddPiece(List<RowChunk> newer)
    {
        if (_settled.Count + newer.Count == 0) return;
        _pieces.Add(new LogPiece([.. _settled, .. newer], _pool));
        _settled.Clear();
        _settledBytes = 0;
    }
}
