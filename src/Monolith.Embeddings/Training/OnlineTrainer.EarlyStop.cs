using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Evaluation;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private readonly EarlyStopping? _earlyStop;

    /// <summary>The results of the evaluations; null without <see cref="OnlineTrainerOptions.EarlyStop"/>.</summary>
    public EarlyStopStatus? EarlyStop => _earlyStop?.Status;

    private static EarlyStopping? EarlyStoppingOf(
        OnlineTrainerOptions options, ExampleSource source, Models.OnlineModel model, bool savesTables)
    {
        if (options.EarlyStop is not { } early) return null;
        if (early.RestoreBest && !savesTables)
        {
            throw new ArgumentException(
                $"{nameof(OnlineTrainerOptions.EarlyStop)}.{nameof(EarlyStopOptions.RestoreBest)} needs a store that the trainer commits "
                + "to, and tables that are not cut into parts: the best evaluation is a commit that it goes back to.", nameof(options));
        }
        return new EarlyStopping(early, source, model);
    }

    /// <summary>Between two batches. Says whether training goes on at another position.</summary>
    private async ValueTask<bool> EvaluateIfDueAsync(CancellationToken cancellationToken)
    {
        if (_earlyStop is null || _earlyStop.Status.IsOver) return false;
        if (_earlyStop.IsDue(Position, Examples))
        {
            var result = await EvaluateAloneAsync(_options.EarlyStop!.Validation!, cancellationToken).ConfigureAwait(false);
            var isBest = _earlyStop.Add(result, Position, Examples, Steps);
            var last = _earlyStop.Status.Last!;
            var metric = _options.EarlyStop.Metric == ValidationMetric.Auc ? "AUC" : "log-loss";
            _log.Evaluated(metric, last.Value, last.Epochs, last.Examples, isBest);
            _options.EarlyStop.Progress?.Report(_earlyStop.Status);
        }
        // By itself: the run may have ended in between, for example at a store that failed.
        if (_options.EarlyStop!.RestoreBest && _earlyStop.LacksCommit(Examples)) await KeepBestAsync().ConfigureAwait(false);
        return _earlyStop.MustEnd(Position) && await EndEpochsAsync(cancellationToken).ConfigureAwait(false);
    }

    // Waits until the commit is durable: what is to be gone back to must not be lost.
    private async ValueTask KeepBestAsync()
    {
        await _commits!.CommitNowAsync(Point, _capture).ConfigureAwait(false);
        var commit = _commits.Newest!.Identity;
        _earlyStop!.Keep(commit);
        _commits.Pin(commit);
    }

    private async ValueTask<bool> EndEpochsAsync(CancellationToken cancellationToken)
    {
        var (last, goesOn) = (_earlyStop!.Status, !_earlyStop.IsBehind(Position));
        if (_options.EarlyStop!.RestoreBest && last.Best is { } best && best.Examples != Examples)
        {
            await GoBackAsync(_earlyStop.BestCommit!.Value, cancellationToken).ConfigureAwait(false);
            goesOn = true;
        }
        _earlyStop.Finish(last);
        _commits?.Pin(null);
        if (goesOn) Position = _earlyStop.End;
        if (_earlyStop.Status.IsStopped) _log.EpochsStopped(last.Evaluations, last.Best?.Examples ?? 0, Examples);
        if (_options.EarlyStop.RestoreBest && goesOn)
            await _commits!.CommitNowAsync(Point, _capture, always: true).ConfigureAwait(false);
        _options.EarlyStop.Progress?.Report(_earlyStop.Status);
        return goesOn;
    }

    // The store first: where that fails, nothing changed. A process that dies behind it goes on from the best, and comes here again.
    private async Task GoBackAsync(Guid commit, CancellationToken cancellationToken)
    {
        await _commits!.EndAsync().ConfigureAwait(false);
        var manifest = await new SnapshotPublisher(_store!).ReadAsync(cancellationToken).ConfigureAwait(false);
        var best = manifest?.Commits.LastOrDefault(known => known.Identity == commit) ?? throw new SnapshotException(
            SnapshotFault.Missing, "manifest", $"the commit of the best evaluation, {commit}",
            "that it was dropped. Set EarlyStop.RestoreBest to false to go on with the tables as they are.");
        await SnapshotBackup.RestoreCommitAsync(_store!, best.Number, _options.SnapshotProgress, cancellationToken).ConfigureAwait(false);
        var own = (EmbeddingTableSet)_tables;
        await _commits.DisposeAsync().ConfigureAwait(false);
        _commits = null;
        foreach (var table in own.Tables) table.Clear();
        await BeginCommitsAsync(CancellationToken.None).ConfigureAwait(false);
        // The tables had seen later times, by which rows would die that live in the commit.
        if (_times.Newest > 0) own.SetEventTimeBack(_times.NewestTime);
    }

    private void RestoreEarlyStop(RestoredSnapshot restored)
    {
        // A null alone would become empty bytes.
        var section = restored.Sections.TryGetValue(EarlyStopState.Section, out var bytes) ? bytes : default(ReadOnlyMemory<byte>?);
        _earlyStop?.Restore(section, restored.Commit.Identity, Position, Examples);
    }
}
