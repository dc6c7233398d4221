using System.Buffers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>Writes a file of rows to a store. Used by one thread at a time.</summary>
internal sealed class LogFileWriter : IDisposable
{
    private readonly SnapshotFileStream _stream;
    private readonly SnapshotWriter _writer;
    private readonly RowShape _shape;
    private readonly FieldWriter _times = new();
    private readonly RowChunk _block = new();
    private readonly byte[] _payload = ArrayPool<byte>.Shared.Rent(SnapshotFormat.MaxPayloadBytes);
    private readonly long _firstRow;
    private readonly int _rows;
    private TimeSpanOfRows _allTimes = TimeSpanOfRows.None;

    private LogFileWriter(SnapshotFileStream stream, Guid log, RowShape shape, long firstRow)
    {
        (_stream, _shape, _firstRow) = (stream, shape, firstRow);
        _writer = new SnapshotWriter(stream, new SnapshotHeader
        {
            Kind = SnapshotFileKind.Examples,
            Chain = log,
            Incarnation = 1,
            From = (ulong)firstRow,
            To = long.MaxValue,
            SchemaFingerprint = BitConverter.GetBytes(shape.Fingerprint),
        });
        _writer.AddBytes(LogFileFormat.Shape, shape.ToBytes());
        _rows = _writer.AddSection(LogFileFormat.Rows);
        _block.Begin(firstRow);
    }

    /// <summary>Begins a file that a store shows once it is committed.</summary>
    public static async ValueTask<LogFileWriter> CreateAsync(
        SnapshotStore store, string name, Guid log, RowShape shape, long firstRow, CancellationToken cancellationToken)
    {
        var stream = await LogFaults.CallAsync(store, () => store.CreateAsync(name, cancellationToken)).ConfigureAwait(false);
        try
        {
            return new LogFileWriter(stream, log, shape, firstRow);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Appends rows, each after its length.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="count">How many of them, from the first.</param>
    public void Append(ReadOnlySpan<byte> rows, long count)
    {
        for (; count > 0; count--)
        {
            var length = RowBlock.LengthOfNext(rows);
            Append(rows.Slice(RowChunk.LengthBytes, length));
            rows = rows[(RowChunk.LengthBytes + length)..];
        }
    }

    /// <summary>Appends a row.</summary>
    public void Append(ReadOnlySpan<byte> row)
    {
        if (_block.Rows > 0 && _block.Length + RowChunk.LengthBytes + row.Length > RowBlock.UsualBytes) WriteBlock();
        _block.Append(row);
    }

    /// <summary>Makes the file durable; at least one row was appended.</summary>
    /// <returns>The file as the manifest will list it.</returns>
    public async ValueTask<LogEntry> CommitAsync(int level, CancellationToken cancellationToken)
    {
        if (_block.Rows > 0) WriteBlock();
        _writer.AddBytes(LogFileFormat.Times, _times.Written);
        var file = _writer.Complete(_stream.Name);
        await _stream.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new LogEntry(file, _firstRow, _block.FirstRow - _firstRow, _allTimes, _shape.Fingerprint, level);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_payload);
        _stream.Dispose();
    }

    private void WriteBlock()
    {
        var length = RowBlock.Pack(_block.Bytes, _payload);
        _writer.WriteBlock(
            _rows, (ulong)_block.FirstRow, (ulong)(_block.EndRow - 1), (uint)_block.Rows, _payload.AsSpan(0, length));
        _times.Int64(_block.Times.First);
        _times.Int64(_block.Times.Last);
        _allTimes = _allTimes.With(_block.Times);
        _block.Begin(_block.EndRow);
    }
}
