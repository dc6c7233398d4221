using System.Runtime.CompilerServices;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Streams.Files;

/// <summary>
/// One reading of a log of files, from file to file. A file is finished once a newer one holds something: its writer had written all
/// of it before. So it is read once more to its end then, and only then the next one. Used by one thread.
/// </summary>
internal sealed class FileWalk<TRecord> : IDisposable
{
    // A file that is being renamed may be missed at one look.
    private const int Looks = 3;

    // The first file of a log mostly appears within this time.
    private static readonly TimeSpan _warnAfter = TimeSpan.FromMinutes(1);

    private readonly LogFiles _files;
    private readonly FileLogOptions _options;
    private readonly Func<FileRecordFormat<TRecord>> _format;
    private readonly TimeProvider _time;
    private readonly FileSearch _search;
    private readonly PassedFiles _passed;
    private LogPosition _from;
    private FileReading<TRecord>? _current;
    private LogFile? _next;
    private readonly HourlyGate _waitingGate;
    private long? _waitingFrom;
    private bool _isFinal;
    private int _misses;

    public FileWalk(
        LogFiles files, FileLogOptions options, Func<FileRecordFormat<TRecord>> format, TimeProvider time, LogPosition from)
    {
        (_files, _options, _format, _time, _from) = (files, options, format, time, from);
        (_search, _passed, _waitingGate) = (new FileSearch(files), new PassedFiles(files, options), new HourlyGate(time));
    }

    /// <summary>Reads a log from a place on.</summary>
    public static async IAsyncEnumerable<LogRecord<TRecord>> ReadAsync(
        LogFiles files, FileLogOptions options, Func<FileRecordFormat<TRecord>> format, TimeProvider time, LogPosition from,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var walk = new FileWalk<TRecord>(files, options, format, time, from);
        while (await walk.GoOnAsync(cancellationToken).ConfigureAwait(false))
        {
            while (walk.TryRead(out var record)) yield return record;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Reads the next record; false where none is ready.</summary>
    public bool TryRead(out LogRecord<TRecord> record)
    {
        if (_current is not null) return _current.TryRead(_isFinal, out record);
        record = default;
        return false;
    }

    /// <summary>Once no record is ready: waits until there may be one. False at the end of the log.</summary>
    public async ValueTask<bool> GoOnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_isFinal) return await TakeNextAsync(cancellationToken).ConfigureAwait(false);
            if (_current is null ? await OpenAsync(cancellationToken).ConfigureAwait(false) : FindNext()) return true;
            if (_current is not null) await _passed.LookAsync(_current.Position, cancellationToken).ConfigureAwait(false);
            if (!_options.Follow && _current is null && _misses == 0) return false;
            if (_options.Follow) await Task.Delay(_options.PollInterval, _time, cancellationToken).ConfigureAwait(false);
            if (_current is null) continue;
            if (!_current.IsIntact) Leave();
            else if (_options.Follow) return true;
        }
    }

    public void Dispose()
    {
        _current?.Dispose();
        _next?.Dispose();
    }

    private async ValueTask<bool> TakeNextAsync(CancellationToken cancellationToken)
    {
        if (_next is null) return false;
        _passed.Add(_current!.Position);
        Leave();
        await BeginAsync(_next, 0, cancellationToken).ConfigureAwait(false);
        _next = null;
        return true;
    }

    private bool FindNext()
    {
        var current = _current!;
        var next = _search.FindNext(current.File, current.Offset);
        _misses = next.Kind == NextFileKind.Missing ? _misses + 1 : 0;
        if (next.Moved is { } moved)
        {
            current.File.Dispose();
            current.File = moved;
        }
        if (next.Kind == NextFileKind.Replaced)
        {
            Leave();
            _misses = 1;
            return false;
        }
        // It was deleted, but is still open: what is there now came later, except what was read before it.
        if (_misses == Looks) _passed.Add(current.Position);
        _next = _misses < Looks || !current.IsIntact ? next.File : _search.OpenOldest(_passed.CountKnown);
        if (_next is null && (_options.Follow || _misses is > 0 and < Looks || !current.IsIntact)) return false;
        _isFinal = true;
        return true;
    }

    private async ValueTask<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (_from.IsStart)
        {
            if (!_options.Follow) RequireFiles();
            if (_search.OpenOldest() is not { } oldest)
            {
                TellWaiting();
                return false;
            }
            await BeginAsync(oldest, 0, cancellationToken).ConfigureAwait(false);
            return true;
        }
        var found = _search.Locate(_from, out var twin);
        if (found is not null && twin is null)
        {
            await BeginAsync(found, _from.Offset, cancellationToken).ConfigureAwait(false);
            return true;
        }
        found?.Dispose();
        if (++_misses < Looks) return false;
        _misses = 0;
        if (twin is not null)
            throw Lost(_from, $"'{found!.Named.Name}' and '{twin}' have the same bytes up to there; take away the one that is a copy");
        if (Reopen() is not { } file) return false;
        await BeginAsync(file, 0, cancellationToken).ConfigureAwait(false);
        return true;
    }

    // A path that is mistyped looks like a log that has yet to be begun.
    private void TellWaiting()
    {
        if (!_options.Follow || _options.Logger is not { } logger) return;
        if (_waitingFrom is not { } from)
        {
            _waitingFrom = _time.GetTimestamp();
            logger.NothingThereYet(_files.Text);
        }
        else if (_time.GetElapsedTime(from) is var waited && waited >= _warnAfter && _waitingGate.TryEnter())
        {
            logger.StillNothingThere(_files.Text, waited);
        }
    }

    private LogFile? Reopen() => _options.LostPosition switch
    {
        LostPosition.Oldest => _search.OpenOldest(_files.KeepsNames ? names => _files.CountBefore(names, _from.Log) : _passed.CountKnown),
        LostPosition.Newest => _search.OpenNewest(),
        _ => throw Lost(_from, $"none of {_files.List().Count} files has what stood before it"),
    };

    private async ValueTask BeginAsync(LogFile file, long offset, CancellationToken cancellationToken)
    {
        try
        {
            _current = new FileReading<TRecord>(file, _format(), offset, _options.MaxRecordBytes);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        (_isFinal, _misses) = (false, 0);
        await _passed.LookAsync(_current.Position, cancellationToken).ConfigureAwait(false);
    }

    // What was read stays the place to go on from: behind nothing of this file, that is the end of the file before.
    private void Leave()
    {
        if (_current!.Offset > 0) _from = _current.Position;
        _current.Dispose();
        _current = null;
    }

    private void RequireFiles()
    {
        _files.RequireAll();
        if (_files.List().Count == 0) throw new FileNotFoundException($"There is nothing to read: {_files.Text} are not there.");
    }

    private InvalidDataException Lost(LogPosition position, string why) => new(
        $"The position '{position.Log}', offset {position.Offset}, is in none of {_files.Text}: {why}. Its file was deleted, truncated or "
        + $"rewritten before it was read to its end, or the folder is another. Bring the file back, or set "
        + $"{nameof(FileLogOptions)}.{nameof(FileLogOptions.LostPosition)} to go on without it.");
}
