using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Snapshots.Saving;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Commits;
using Monolith.Embeddings.Training.Evaluation;
using Monolith.Embeddings.Training.Stale;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private readonly Func<ValueTask<CapturedState>> _capture;
    private TrainerCommits? _commits;

    /// <summary>
    /// The newest commit that is durable; null before the first, and without a store. After the trainer was disposed, its last one.
    /// </summary>
    public SnapshotCommit? NewestCommit => _commits?.Newest;

    /// <summary>
    /// Why the last commit failed; null where it did not, and without a store. The next one holds all that this one was to hold.
    /// </summary>
    public SnapshotException? LastCommitFailure => _commits?.LastFailure;

    /// <summary>What kind of failure <see cref="LastCommitFailure"/> is; null where the last commit did not fail.</summary>
    public CommitFailureKind? LastCommitFailureKind => LastCommitFailure is { } failure ? CommitFailures.KindOf(failure) : null;

    /// <summary>How many commits have failed since the last that succeeded.</summary>
    public int FailedCommitsInARow => _commits?.FailuresInARow ?? 0;

    /// <summary>Why the chain of commits could not be folded the last time; null where it could, and without a store.</summary>
    public Exception? LastCompactionFailure => _commits?.LastUpkeepFailure;

    private async Task BeginCommitsAsync(CancellationToken cancellationToken)
    {
        if (_store is null) return;
        if (_commits is null)
        {
            // Before the store is taken over: a list that is damaged must not stop the trainer that is at work.
            var forgotten = await SuppressionStore.ReadAsync(_store, cancellationToken).ConfigureAwait(false);
            RequireForgettable(forgotten);
            var chain = await SnapshotChain.OpenAcceptedAsync(
                _store, TablesOfChain(), _options.Snapshots, _time, RestoreAsync, _options.SnapshotProgress,
                cancellationToken).ConfigureAwait(false);
            chain.ReleaseRestoredSections();
            _commits = new TrainerCommits(chain, _source, _options, _commitSchedules, Gate, _removals, BeginAudit(chain), _time);
            _commits.Pin(_earlyStop?.BestCommit);
            _commits.Begin(Point, isCommitted: chain.Newest is not null);
            await ForgetWhatWasRestoredAsync(forgotten, cancellationToken).ConfigureAwait(false);
            return;
        }
        _commits.Begin(Point, isCommitted: false);
    }

    private ChainTables TablesOfChain() =>
        _parts is null ? new ChainTables((EmbeddingTableSet)_tables) : new ChainTables(_tables, _parts);

    // What fails within a batch is not committed: part of it would be learned twice.
    private async Task<TrainingProgress> LearnToTheEndAsync(ProgressReporter reporter, CancellationToken cancellationToken)
    {
        try
        {
            var last = await LearnAsync(reporter, cancellationToken).ConfigureAwait(false);
            if (_commits is not null) await _commits.FinishAsync(Point, _capture).ConfigureAwait(false);
            return last;
        }
        catch (OperationCanceledException) when (_commits is not null && !_isTorn)
        {
            await _commits.FinishAsync(Point, _capture).ConfigureAwait(false);
            throw;
        }
        catch (Exception cause) when (_commits is not null && !_isTorn && IsOfSource(cause))
        {
            await TryFinishAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The cause is told, whatever else fails: the log and LastCommitFailure tell that.
    private async Task TryFinishAsync()
    {
        try
        {
            await _commits!.FinishAsync(Point, _capture).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The store is at the commit before.
        }
    }

    // Everything that is committed comes through here, also when a run is cancelled.
    private async ValueTask<CapturedState> CaptureAsync()
    {
        RequireFinite();
        await _guard.RequireFewRefusedAsync().ConfigureAwait(false);
        var isHeld = await IsHeldAsync().ConfigureAwait(false);
        using var model = SaveModel();
        var trainer = new TrainerState
        {
            Examples = Examples,
            Steps = Steps,
            Position = Position,
            Clock = _times.State,
            Schedules = [.. _evictions.States, .. _commitSchedules.States],
        };
        var sections = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            [SnapshotChain.ModelSection] = model.GetBuffer().AsMemory(0, (int)model.Length),
            [TrainerState.Section] = trainer.Save(Metrics),
        };
        if (_earlyStop is not null) sections[EarlyStopState.Section] = _earlyStop.Save();
        if (Gate is not null) sections[PublicationGate.Section] = Gate.Save();
        if (Ranking is not null) sections[TrainerSections.Ranking] = Ranking.Save();
        foreach (var slices in _slices) slices.Save(sections);
        SaveForgotten(sections);
        if (_stale is not null) sections[StaleLookups.Section] = _stale.Save();
        if (UncorrectedMetrics is not null) sections[TrainerSections.Uncorrected] = SaveUncorrected();
        var source = _source.HasState ? _source.CaptureState(Position) : null;
        if (source is not null) SavedSource.AddSections(source, sections);
        return new CapturedState(sections, Position, source, isHeld, Catalogue?.Save());
    }

    // What cannot be restored does not fence off the trainer that is at work.
    private async ValueTask RestoreAsync(RestoredSnapshot restored, CancellationToken cancellationToken)
    {
        Restore(restored);
        await RestoreCatalogueAsync(restored, cancellationToken).ConfigureAwait(false);
        try
        {
            await _source.RestoreStateAsync(Position, SavedSource.Of(restored, _store!), cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw new SnapshotException(SnapshotFault.Mismatch, restored.Commit.Training.Name, "the state of this trainer's source",
                $"something else: {exception.Message}", exception);
        }
    }

    private void Restore(RestoredSnapshot restored)
    {
        var (file, sections) = (restored.Commit.Training.Name, restored.Sections);
        if (!sections.TryGetValue(SnapshotChain.ModelSection, out var model)
            || !sections.TryGetValue(TrainerState.Section, out var trainer))
        {
            throw new SnapshotException(
                SnapshotFault.Mismatch, file, $"the sections '{SnapshotChain.ModelSection}' and '{TrainerState.Section}' of a trainer",
                $"{string.Join(", ", sections.Keys.Select(name => $"'{name}'").DefaultIfEmpty("none"))}.");
        }
        _gate.Enter();
        try
        {
            var state = TrainerState.Load(trainer, Metrics);
            _gate.Change();
            _model.Load(new MemoryStream(model.ToArray()));
            AdaptCorrection();
            (Examples, Steps, Position) = (state.Examples, state.Steps, state.Position);
            _times.State = state.Clock;
            Restore(state);
            RestoreEarlyStop(restored);
            RestoreGate(restored);
            RestoreUncorrected(restored.Sections);
            RestoreForgotten(restored.Sections);
            RestoreSlices(restored.Sections);
            RestoreStale(restored.Sections);
            if (restored.Sections.TryGetValue(TrainerSections.Ranking, out var ranking)) Ranking?.Load(ranking.Span);
        }
        catch (InvalidDataException exception)
        {
            throw new SnapshotException(SnapshotFault.Mismatch, file, $"the state of a trainer of model '{_model.Name}'",
                $"something else: {exception.Message}", exception);
        }
        finally
        {
            _gate.Exit();
        }
    }
}
