using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// Writes a log as a stage of a stream. What a reader appends is one thread's; captures and commits may come from other threads beside it.
/// </summary>
internal sealed class LogWriter
{
    private const string StateSection = "state";

    // Rows of this many bytes are written without waiting for a commit.
    private const long PieceBytes = 1 << 24;

    private readonly LogPublisher _publisher;
    private readonly ExampleLogOptions _options;
    private readonly RowShape _shape;
    private readonly LogTail _tail;
    private readonly LogUpkeep _upkeep;
    private readonly LogForgetting _forgetting;
    private readonly FeatureSchema _schema;
    private readonly Guid _writer = SnapshotIdentity.New();
    private (StreamPosition At, SourceState State, LogState Log)? _restored;
    private Guid _log;
    private SuppressedExamples? _suppressed;
    private bool _mustLookAgain;
    private long _files;

    public LogWriter(LogPublisher publisher, ExampleLogOptions options, FeatureSchema schema, TimeProvider time)
    {
        (_publisher, _options, _shape) = (publisher, options, RowShape.Of(schema));
        (_schema, _tail) = (schema, new LogTail(new ExampleRowFormat(schema), schema));
        _forgetting = new LogForgetting(publisher, schema, _writer);
        _upkeep = new LogUpkeep(publisher, options, time, _writer);
    }

    /// <summary>Why files could not be merged or deleted the last time; null where they could.</summary>
    public Exception? LastUpkeepFailure => _upkeep.LastFailure;

    private bool IsAttached => _log != Guid.Empty;

    /// <summary>Begins, or begins again, at a position.</summary>
    /// <exception cref="InvalidOperationException">The log has gone on, and cannot go back there.</exception>
    /// <exception cref="SnapshotException">The log does not fit, or the store failed.</exception>
    public async ValueTask BeginAsync(StreamPosition from, CancellationToken cancellationToken)
    {
        if (IsAttached)
        {
            if (_tail.TryRewind(from)) return;
            throw new InvalidOperationException(
                $"The logged source cannot be read again from {from}: it is none of the newest {ExampleSource.KeptStates} positions, or a "
                + "commit was begun behind it. Restore the commit of that position, or make a new source and a new ExampleLog.");
        }
        if (_restored is { } restored && restored.At != from)
            throw new InvalidOperationException($"The state of {restored.At} was restored, and the reading begins at {from}.");
        var takeOver = new LogTakeOver(_publisher, _writer, _options.AcceptOtherHistory);
        var manifest = await takeOver.RunAsync(_restored?.Log, cancellationToken).ConfigureAwait(false);
        // What was forgotten while there was no writer, or by a writer that died meanwhile.
        if (_suppressed is not null) await _forgetting.RunAsync(_suppressed, again: false, cancellationToken).ConfigureAwait(false);
        _tail.Begin(from, manifest.NextRow);
        _log = manifest.Log;
    }

    /// <summary>
    /// Removes the examples that have a forgotten id, of files and of memory, and leaves out those to come. Called between two commits. Of
    /// a log that is not written to yet, <see cref="BeginAsync"/> does it.
    /// </summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="SnapshotException">The store failed, or a file is damaged.</exception>
    public async ValueTask<long> ForgetAsync(SuppressionList list, CancellationToken cancellationToken)
    {
        _suppressed = new SuppressedExamples(_schema, list);
        var removed = _tail.Forget(_suppressed);
        if (!IsAttached) return removed;
        removed += await _forgetting.RunAsync(_suppressed, again: false, cancellationToken).ConfigureAwait(false);
        _mustLookAgain = !_suppressed.IsEmpty && _tail.Pieces().Length > 0;
        return removed;
    }

    /// <summary>Takes what a commit says of the log; nothing is done about it before <see cref="BeginAsync"/>.</summary>
    /// <param name="at">The position of the commit.</param>
    /// <param name="state">What the commit holds of the log; empty where it knows of none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="InvalidDataException">It is no state of a log.</exception>
    public async ValueTask RestoreAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        (_log, _restored) = (Guid.Empty, null);
        if (!state.Sections.TryGetValue(StateSection, out var section)) return;
        var files = new List<byte[]>();
        foreach (var segment in state.Segments)
        {
            var stream = await segment.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var closing = stream.ConfigureAwait(false);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            files.Add(bytes.ToArray());
        }
        var log = LogState.Read(section.Span, files);
        if (log.Log != Guid.Empty) _restored = (at, state, log);
    }

    /// <summary>Takes the rows of a batch, before it is trained on.</summary>
    public async ValueTask AppendAsync(ExampleBatch batch, CancellationToken cancellationToken)
    {
        _tail.Append(batch);
        if (!_tail.Settle(PieceBytes)) return;
        try
        {
            await SealAsync(_tail.Pieces(), cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException failure) when (_tail.UnsealedBytes < _options.MaxPendingBytes)
        {
            StreamLog.ExampleLogNotWritten(_options.Logger ?? NullLogger.Instance, _tail.UnsealedBytes, failure);
        }
    }

    /// <inheritdoc cref="LogTail.KeepFrom" />
    public void KeepFrom(StreamPosition position) => _tail.KeepFrom(position);

    /// <summary>What the log has at a position.</summary>
    /// <exception cref="InvalidOperationException">It is none of the newest positions.</exception>
    public SourceState Capture(StreamPosition at)
    {
        if (!IsAttached && _restored is { } restored) return restored.State;
        var state = new SourceState();
        if (!IsAttached)
        {
            state.Add(StateSection, LogState.Write(Guid.Empty, 0));
            return state;
        }
        var (pieces, row) = _tail.Capture(at);
        state.Add(StateSection, LogState.Write(_log, row));
        foreach (var piece in pieces) state.Keep(piece.Segment ??= SegmentOf(piece));
        return state;
    }

    /// <summary>Lists the files of a commit that is durable.</summary>
    public async ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        if (!IsAttached) return;
        var pieces = _tail.Committed(position);
        await SealAsync(pieces, cancellationToken).ConfigureAwait(false);
        if (pieces.Length > 0)
        {
            await _publisher.ChangeAsync(_writer, manifest => manifest.Append(pieces.Select(piece => piece.Entry!)), cancellationToken)
                .ConfigureAwait(false);
        }
        _tail.Listed(pieces);
        // A file may have been durable, and not listed.
        if (_mustLookAgain) await _forgetting.RunAsync(_suppressed!, again: true, cancellationToken).ConfigureAwait(false);
        _mustLookAgain = false;
        await _upkeep.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private SourceSegment SegmentOf(LogPiece piece) => new(
        LogFileFormat.NameOf(piece.FirstRow, _writer, Interlocked.Increment(ref _files)),
        async (stream, token) =>
        {
            var entry = await piece.SealAsync(CreateAsync, token).ConfigureAwait(false);
            await stream.WriteAsync(LogState.Write(entry), token).ConfigureAwait(false);
        });

    private async ValueTask SealAsync(LogPiece[] pieces, CancellationToken cancellationToken)
    {
        foreach (var piece in pieces) await piece.SealAsync(CreateAsync, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<LogFileWriter> CreateAsync(long firstRow, CancellationToken cancellationToken)
    {
        var name = LogFileFormat.NameOf(firstRow, _writer, Interlocked.Increment(ref _files));
        return LogFileWriter.CreateAsync(_publisher.Store, name, _log, _shape, firstRow, cancellationToken);
    }
}
