using System.Globalization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>One reading of a log, from block to block. Used by one thread.</summary>
/// <param name="publisher">The log's manifest.</param>
/// <param name="schema">The schema of the batches.</param>
/// <param name="options">How it is read.</param>
/// <param name="time">The clock of the waiting.</param>
/// <param name="countLost">Counts rows that are passed over.</param>
internal sealed class LogWalk(
    LogPublisher publisher, FeatureSchema schema, ExampleLogSourceOptions options, TimeProvider time, Action<long> countLost) : IDisposable
{
    // A file may be merged, and go, between the manifest's reading and its opening.
    private const int Looks = 5;

    private readonly Dictionary<ulong, ExampleRowReader> _readers = [];
    private LogFileReader? _file;
    private ExampleRowReader? _reader;
    private ReadOnlyMemory<byte> _rows;
    private LogRecord<LoggedExample>? _fault;
    private LogPosition _place;
    private long _row, _end;
    private int _misses;
    private bool _isBegun;

    /// <summary>Reads the next row of the block; false where none is left.</summary>
    public bool TryRead(out LogRecord<LoggedExample> record)
    {
        if (_fault is { } fault)
        {
            (record, _fault) = (fault, null);
            return true;
        }
        record = default;
        ReadOnlyMemory<byte> bytes;
        do
        {
            if (_row == _end) return false;
            var length = RowBlock.LengthOfNext(_rows.Span);
            bytes = _rows.Slice(RowChunk.LengthBytes, length);
            _rows = _rows[(RowChunk.LengthBytes + length)..];
        }
        while (PassForgotten(bytes.Span));
        record = new(new LoggedExample(_row, 1, bytes, _reader), _place.At(++_row)) { Bytes = bytes, Offset = _row - 1 };
        return true;
    }

    /// <summary>Goes to a position.</summary>
    public async ValueTask BeginAsync(LogPosition from, CancellationToken cancellationToken)
    {
        (_row, _end) = (from.Offset, from.Offset);
        if (from.IsStart) return;
        (_isBegun, _place) = (true, from);
        if (await publisher.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } manifest)
            throw Fault(SnapshotFault.Missing, $"example log {from.Log}, of which the position is",
                "no log. Open its store, or begin at the start.");
        RequireOwn(manifest);
    }

    /// <summary>Once no row is ready: reads the next block. False at the end of the log.</summary>
    /// <exception cref="SnapshotException">The store failed, or the log is not the one of the position.</exception>
    public async ValueTask<bool> GoOnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_file is not null && _row < _file.Entry.EndRow) return ReadBlock();
            Leave();
            var manifest = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (manifest is null && !options.Follow)
                throw Fault(SnapshotFault.Missing, "an example log", "none: nothing was logged.");
            if (manifest is not null && await FindAsync(manifest, cancellationToken).ConfigureAwait(false)) continue;
            if (_fault is not null) return true;
            if (!options.Follow && _misses == 0) return false;
            if (_misses == 0) await Task.Delay(options.PollInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _file?.Dispose();

    private bool PassForgotten(ReadOnlySpan<byte> row)
    {
        var isForgotten = ForgottenRow.Is(row);
        if (isForgotten) _row++;
        return isForgotten;
    }

    // Whether a file is open at the row; else there is a fault, the file was merged meanwhile, or the end has come.
    private async ValueTask<bool> FindAsync(LogManifest manifest, CancellationToken cancellationToken)
    {
        RequireOwn(manifest);
        if (!_isBegun && !await TryFindStartAsync(manifest, cancellationToken).ConfigureAwait(false)) return false;
        if (_row < manifest.FirstRow) PassDeleted(manifest);
        if (_row > manifest.NextRow)
            throw Lost(manifest, $"row {_row}", "The log was set back together with its trainer. Read from a position that is there.");
        return _row < manifest.NextRow && await OpenAsync(manifest.Files[manifest.IndexOf(_row)], cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> OpenAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            _file = await LogFileReader.OpenAsync(publisher.Store, entry, cancellationToken).ConfigureAwait(false);
            _misses = 0;
            if (!_readers.TryGetValue(entry.Fingerprint, out _reader))
                _readers[entry.Fingerprint] = _reader = RowShapeFit.Reader(_file.Shape, schema, options.AllowMissing, entry.Name);
            return true;
        }
        catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Missing && ++_misses < Looks)
        {
            return false;
        }
        catch (SnapshotException exception) when (exception.Fault != SnapshotFault.Storage)
        {
            _misses = 0;
            Fail(exception, entry.EndRow);
            return false;
        }
    }

    private bool ReadBlock()
    {
        var block = _file!.BlockOf(_row);
        try
        {
            _rows = _file.ReadBlock(block);
            for (var row = _file.FirstRowOf(block); row < _row; row++)
                _rows = _rows[(RowChunk.LengthBytes + RowBlock.LengthOfNext(_rows.Span))..];
            _end = _file.EndRowOf(block);
        }
        catch (SnapshotException exception) when (exception.Fault is SnapshotFault.Damaged or SnapshotFault.Mismatch)
        {
            Fail(exception, _file.EndRowOf(block));
        }
        catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Missing && ++_misses < Looks)
        {
            // It was merged meanwhile; the manifest of now lists another.
            Leave();
        }
        return true;
    }

    private void Fail(SnapshotException cause, long end)
    {
        var text = $"rows {_row} to {end - 1} of the example log are lost: {cause.Message} Put back a copy of the file, or skip them by "
            + $"{nameof(ExampleLogSourceOptions)}.{nameof(ExampleLogSourceOptions.Records)}.";
        _fault = new(new LoggedExample(_row, end - _row, default, null), _place.At(end))
        {
            Error = new InvalidDataException(text, cause),
            Offset = _row,
        };
        countLost(end - _row);
        (_row, _end) = (end, end);
    }

    private async ValueTask<bool> TryFindStartAsync(LogManifest manifest, CancellationToken cancellationToken)
    {
        try
        {
            await FindStartAsync(manifest, cancellationToken).ConfigureAwait(false);
            _misses = 0;
            return true;
        }
        catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Missing && ++_misses < Looks)
        {
            // The file was merged meanwhile; the manifest of now lists another.
            _isBegun = false;
            return false;
        }
    }

    private async ValueTask FindStartAsync(LogManifest manifest, CancellationToken cancellationToken)
    {
        _row = _end = options.FromRow ?? manifest.FirstRow;
        _isBegun = manifest.Files.Count > 0 || options.FromRow is not null;
        if (options.FromEventTime is not { } from) return;
        var least = from.ToUnixTimeMilliseconds();
        if (manifest.Files.FirstOrDefault(file => file.Times.Last >= least) is not { } found)
        {
            // Nothing is so new yet.
            (_row, _end, _isBegun) = (manifest.NextRow, manifest.NextRow, false);
            return;
        }
        _row = _end = await FirstSinceAsync(found, least, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<long> FirstSinceAsync(LogEntry entry, long least, CancellationToken cancellationToken)
    {
        using var file = await LogFileReader.OpenAsync(publisher.Store, entry, cancellationToken).ConfigureAwait(false);
        for (var block = 0; block < file.Blocks; block++)
        {
            if (file.LastTimeOf(block) < least) continue;
            var (rows, row) = (file.ReadBlock(block), file.FirstRowOf(block));
            for (; row < file.EndRowOf(block); row++)
            {
                var length = RowBlock.LengthOfNext(rows.Span);
                if (ExampleRowFormat.EventTimeOf(rows.Span.Slice(RowChunk.LengthBytes, length)) >= least) return row;
                rows = rows[(RowChunk.LengthBytes + length)..];
            }
        }
        return entry.EndRow;
    }

    private void PassDeleted(LogManifest manifest)
    {
        if (!options.SkipDeleted)
            throw Lost(manifest, $"row {_row}", $"Older rows were deleted by age or bytes. Keep more, or set "
                + $"{nameof(ExampleLogSourceOptions)}.{nameof(ExampleLogSourceOptions.SkipDeleted)} to go on behind them.");
        countLost(manifest.FirstRow - _row);
        _row = _end = manifest.FirstRow;
    }

    private void RequireOwn(LogManifest manifest)
    {
        var found = manifest.Log.ToString("N", CultureInfo.InvariantCulture);
        if (_place.Log.Length == 0) _place = new LogPosition(found, 0);
        if (_place.Log == found) return;
        throw Fault(SnapshotFault.Mismatch, $"example log {_place.Log}, of which the position is",
            $"example log {found}. Open the store of that log, or begin at the start.");
    }

    private void Leave()
    {
        _file?.Dispose();
        (_file, _rows) = (null, default);
        _end = _row;
    }

    private SnapshotException Lost(LogManifest manifest, string expected, string remedy) =>
        Fault(SnapshotFault.Missing, expected, $"rows {manifest.FirstRow} to {manifest.NextRow - 1}. {remedy}");

    private SnapshotException Fault(SnapshotFault fault, string expected, string found) =>
        LogFaults.In(publisher.Store, new SnapshotException(fault, LogManifestFormat.Name, expected, found));
}
