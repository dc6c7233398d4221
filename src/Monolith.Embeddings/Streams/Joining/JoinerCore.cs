using System.Runtime.CompilerServices;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Index;
using Monolith.Embeddings.Streams.Joining.Journal;
using Monolith.Embeddings.Streams.Joining.Reading;
using Monolith.Embeddings.Streams.Joining.State;
using Monolith.Embeddings.Streams.Joining.Stores;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining;

/// <summary>A joiner, whatever its keys and records are.</summary>
internal sealed class JoinerCore : IDisposable
{
    private readonly FeatureSchema _schema;
    private readonly OnlineJoinerOptions _options;
    private readonly TimeProvider _time;
    private readonly MemoryAccount _account = new(long.MaxValue);
    private readonly JoinIndex _index;
    private readonly JoinStore _store;
    private readonly JoinJournal _journal;
    private readonly JoinMachine _machine;
    private readonly ReorderBuffer _buffer = new();
    private readonly DecisionBook _book;
    private readonly ExampleRows _rows;
    private readonly ForgottenImpressions _forgotten;
    private readonly ExampleBatchPool _pool;
    private readonly StatusBoard _board;
    private readonly List<JoinPartition> _partitions = [];
    private int _isReading;
    private bool _wasRead, _isDisposed;

    /// <param name="schema">The schema of the batches.</param>
    /// <param name="tasks">The joined tasks.</param>
    /// <param name="options">Valid options, not changed afterwards.</param>
    /// <param name="time">The clock.</param>
    public JoinerCore(FeatureSchema schema, IReadOnlyList<LabelTask> tasks, OnlineJoinerOptions options, TimeProvider time)
    {
        (_schema, _options, _time) = (schema, options, time);
        var settings = new JoinSettings(options, [.. tasks.Select(task => task.Index)]);
        _index = new JoinIndex(_account);
        _store = options.CreateStore?.Invoke() ?? NewStore();
        _journal = new JoinJournal(_store, TimeSpan.FromMilliseconds(settings.Horizon), JoinerTerms.Of(options, tasks));
        _machine = new JoinMachine(settings, _journal, _index);
        (_rows, _pool) = (new ExampleRows(schema, tasks, options.DefaultLabel ?? float.NaN), new ExampleBatchPool(schema));
        _forgotten = new ForgottenImpressions(schema);
        _book = new DecisionBook(options.Logger, time, options.SilentAfter ?? TimeSpan.Zero);
        _board = new StatusBoard(_machine, _buffer, _book, _index, _store, options, time);
        IsDeterministic = options.IsDeterministic && options.MaxDelay is null && options.SilentAfter is null;
    }

    /// <inheritdoc cref="ExampleSource.IsDeterministic" />
    public bool IsDeterministic { get; }

    /// <inheritdoc cref="ExampleSource.BadRecords" />
    public long BadRecords => _partitions.Sum(partition => partition.BadRecords);

    /// <inheritdoc cref="ExampleSource.SkippedRecords" />
    public long SkippedRecords => _partitions.Sum(partition => partition.SkippedRecords);

    /// <summary>What was done.</summary>
    public OnlineJoinerStatus Status => _board.Status;

    /// <summary>Adds a partition.</summary>
    /// <exception cref="ArgumentException">The name is taken, or cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The joiner was read already.</exception>
    public void Add(JoinPartition partition)
    {
        StoredNames.Require(partition.Name, "a log of a joiner", PartitionPosition.MaxNameBytes);
        if (_wasRead) throw new InvalidOperationException("The joiner was read already: add all logs before the first reading.");
        if (_partitions.Exists(other => other.Name == partition.Name))
            throw new ArgumentException($"There is a log '{partition.Name}' already.", nameof(partition));
        if (_partitions.Count == JoinLimits.MaxPartitions)
            throw new ArgumentException($"A joiner has at most {JoinLimits.MaxPartitions} logs.", nameof(partition));
        var settings = new PartitionSettings(
            JoinSettings.Milliseconds(_options.AllowedLateness), JoinSettings.Milliseconds(_options.MaxJump),
            _options.JumpConfirmations, _options.LateActions == LateActions.Emit, _options.CloseAtEnd);
        partition.Track = new PartitionTrack(_partitions.Count, partition.Name, settings, _buffer, _book);
        _partitions.Add(partition);
    }

    /// <inheritdoc cref="ExampleSource.ReadAsync" />
    public IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken)
    {
        if (_partitions.Count == 0)
            throw new InvalidOperationException("The joiner has no logs: add some by AddImpressions, AddActions or Add.");
        PlacesOf(from);
        return ReadFrom(from, cancellationToken);
    }

    /// <inheritdoc cref="ExampleSource.KeepStatesFrom" />
    public void KeepStatesFrom(StreamPosition at) => _journal.KeepFrom(at);

    /// <inheritdoc cref="ExampleSource.CaptureState" />
    public SourceState CaptureState(StreamPosition at)
    {
        var state = new SourceState();
        _journal.Capture(at, state);
        return state;
    }

    /// <inheritdoc cref="ExampleSource.RestoreStateAsync" />
    public async ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        PlacesOf(at);
        BeginUse();
        try
        {
            await _journal.RestoreAsync(at, state, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndUse();
        }
    }

    /// <summary>
    /// Removes the impressions that have a forgotten id, and passes over those to come. One that is read meanwhile does the latter alone.
    /// </summary>
    /// <param name="list">All ids that were forgotten.</param>
    /// <param name="at">The position of the state; null where another part of a sequence is read.</param>
    /// <param name="cancellationToken">Stops the call, with nothing removed.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="IOException">A disk refuses.</exception>
    public long Forget(SuppressionList list, StreamPosition? at, CancellationToken cancellationToken)
    {
        if (_isDisposed) return 0;
        _forgotten.Become(list);
        if (list.Generation <= _journal.ForgottenUpTo || Interlocked.Exchange(ref _isReading, 1) != 0) return 0;
        try
        {
            var removed = 0L;
            if (at is { IsStart: false } position) removed = ForgetAt(position, cancellationToken);
            else _journal.Clear();
            _journal.ForgottenUpTo = list.Generation;
            return removed;
        }
        finally
        {
            EndUse();
        }
    }

    /// <inheritdoc cref="ExampleSource.CommittedAsync" />
    public async ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        var places = PlacesOf(position);
        for (var i = 0; i < places.Length; i++)
        {
            var log = places[i].Place.Log;
            if (!log.IsStart) await _partitions[i].CommittedAsync(log, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _journal.Dispose();
        _index.Dispose();
    }

    private JoinStore NewStore() => _options.Store.MemoryBytes == long.MaxValue
        ? new MemoryJoinStore(_account)
        : new DiskJoinStore(_options.Store, _account);

    private long ForgetAt(StreamPosition at, CancellationToken cancellationToken)
    {
        var mark = _journal.Rewind(at);
        var forgetting = new JournalForgetting(_journal, _forgotten, mark);
        forgetting.Look(cancellationToken);
        var removed = forgetting.Impressions.Count;
        if (removed == 0)
        {
            _journal.DropPiecesBefore(mark.JournalStart);
            return 0;
        }
        _machine.Replay(mark.Frontier, mark.Counts);
        var taken = _machine.TakenOf(forgetting.Impressions);
        using var left = NewStore();
        forgetting.Copy(left, cancellationToken);
        mark = mark with
        {
            Frontier = mark.Frontier with { Forgotten = mark.Frontier.Forgotten + taken },
            Counts = mark.Counts with { Forgotten = mark.Counts.Forgotten + removed },
        };
        _journal.Become(mark, left);
        return removed;
    }

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BeginUse();
        try
        {
            GoTo(from);
            var run = new JoinRun(_machine, _buffer, _partitions, _rows, _forgotten, _options, _time, cancellationToken);
            await using var closing = run.ConfigureAwait(false);
            run.Reading.Open();
            _board.Begin(run.Reading, _partitions);
            run.Reading.Waiting = _board.Update;
            while (await FillAsync(run, cancellationToken).ConfigureAwait(false) is { } batch)
            {
                batch.Position = run.Position;
                _book.Forget(IsPast);
                _journal.Mark(new JoinMark(
                    batch.Position, _machine.Frontier, _machine.JournalStart, _journal.End, _machine.Counts, _book.Current));
                _board.Update();
                yield return batch;
            }
            _board.Update();
        }
        finally
        {
            EndUse();
        }
    }

    private async ValueTask<ExampleBatch?> FillAsync(JoinRun run, CancellationToken cancellationToken)
    {
        var batch = _pool.Rent();
        batch.BeginFilling();
        var isFilled = false;
        try
        {
            isFilled = await run.FillAsync(batch).ConfigureAwait(false);
            // A stream may simply end when it is cancelled; that is not the end of the stream.
            cancellationToken.ThrowIfCancellationRequested();
            return isFilled ? batch : null;
        }
        catch
        {
            isFilled = false;
            throw;
        }
        finally
        {
            batch.EndFilling();
            if (!isFilled) batch.Dispose();
        }
    }

    // Puts everything where the batch of a position left it.
    private void GoTo(StreamPosition from)
    {
        var places = PlacesOf(from);
        if (from.IsStart) _journal.Clear();
        var mark = from.IsStart ? new JoinMark(from, JoinFrontier.Start, 0, 0, default, JoinDecisions.None) : _journal.Rewind(from);
        _buffer.Clear();
        _machine.Replay(mark.Frontier, mark.Counts);
        _book.Begin(mark.Decisions);
        for (var i = 0; i < places.Length; i++)
            _partitions[i].Track.Begin(in places[i], WitnessesOf(places, i, from), mark.Frontier.Time);
        // Windows that close only because logs have ended close behind all that these have brought.
        if (!from.IsStart && Array.TrueForAll(places, place => Math.Max(place.Place.Greatest, place.Place.Floor) < mark.Frontier.Time))
            _options.Logger?.WasClosedAtEnd(DateTimeOffset.FromUnixTimeMilliseconds(mark.Frontier.Time));
    }

    // What the start of a partition is compared with: the first times of the others. One that is new to the joiner comes later than theirs.
    private static long[]? WitnessesOf(PartitionPosition[] places, int partition, StreamPosition from)
    {
        if (from.IsStart) return null;
        var position = JoinPosition.From(from);
        if (!position.Partitions.Any(known => known.Name == places[partition].Name)) return [position.Frontier.Time];
        return [.. places.Where((place, i) => i != partition && place.First > long.MinValue).Select(place => place.First)];
    }

    // Where each partition goes on; at its start where the position does not know it.
    private PartitionPosition[] PlacesOf(StreamPosition position)
    {
        var known = JoinPosition.From(position).Partitions;
        var places = new PartitionPosition[_partitions.Count];
        for (var i = 0; i < places.Length; i++) places[i] = PartitionPosition.Start(_partitions[i].Name);
        foreach (var place in known)
        {
            var index = _partitions.FindIndex(partition => partition.Name == place.Name);
            if (index < 0)
            {
                throw new ArgumentException(
                    $"The position is of a joiner with a log '{place.Name}', which is not among this one's: "
                    + $"{string.Join(", ", _partitions.Select(partition => partition.Name))}. Add it, under that name: what is joined "
                    + "depends on it.", nameof(position));
            }
            places[index] = place;
        }
        return places;
    }

    private bool IsPast(JoinDecision decision) =>
        _partitions.Find(partition => partition.Name == decision.Log) is not { } partition || partition.Track.IsBehind(decision);

    private void BeginUse()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _isReading, 1) != 0)
            throw new InvalidOperationException("The joiner is being read: it has one reading at a time. End that one first.");
        _wasRead = true;
    }

    private void EndUse() => Volatile.Write(ref _isReading, 0);
}
