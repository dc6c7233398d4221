using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Derived;
using Monolith.Embeddings.Features.Schema;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Training.Metrics;
using Monolith.Embeddings.Training.Reading;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private async Task<TrainingProgress> RunAloneAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        RequireWhole();
        await _guard.BeginAsync().ConfigureAwait(false);
        await ReadProbeAsync(cancellationToken).ConfigureAwait(false);
        await BeginCommitsAsync(cancellationToken).ConfigureAwait(false);
        _evictions.BeginRun();
        await _evictions.EvictWhatIsLeftAsync(Point).ConfigureAwait(false);
        // What the last run did not do any more, because something threw after its last batch.
        if (_commits is not null) await _commits.BetweenBatchesAsync(Point, _capture, cancellationToken).ConfigureAwait(false);
        return await LearnToTheEndAsync(new ProgressReporter(_time, progress), cancellationToken).ConfigureAwait(false);
    }

    private async Task<TrainingProgress> LearnAsync(ProgressReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Start(Examples);
        Profile.Start();
        _windowLeft = _options.WindowExamples;
        await EvaluateIfDueAsync(cancellationToken).ConfigureAwait(false);
        while (!await ReadOnAsync(reporter, cancellationToken).ConfigureAwait(false))
        {
            // What the source can forget at rest alone.
            await ForgetWhatIsAskedAsync().ConfigureAwait(false);
        }
        await _guard.RequireFewRefusedAsync().ConfigureAwait(false);
        // A stream that ends with its window was reported a moment ago.
        return reporter.Last is { } last && last.Examples == Examples ? last : await ReportAsync(reporter).ConfigureAwait(false);
    }

    // Learns from the position on. Says whether that was to the end; else the stream is to be opened again at the position.
    private async Task<bool> ReadOnAsync(ProgressReporter reporter, CancellationToken cancellationToken)
    {
        var arrival = new BatchArrival(_reader, Position, _time, cancellationToken);
        await using var _ = arrival.ConfigureAwait(false);
        Volatile.Write(ref _wakeRun, arrival.Wake);
        if (_commits is not null) _commits.Wake = arrival.Wake;
        // What was asked for before there was anything to wake.
        Interlocked.MemoryBarrier();
        if (!_toForget.IsEmpty) arrival.Wake();
        try
        {
            return await LearnFromAsync(arrival, reporter, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _figures.EndWait(Profile[TrainingPhase.Read]);
            ReturnNext();
        }
    }

    private async Task<bool> LearnFromAsync(BatchArrival arrival, ProgressReporter reporter, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_stale?.TakeNext() is not { } batch)
            {
                arrival.Begin();
                // Between two batches, while none comes: what is due is not kept waiting by a quiet stream.
                while (!await WaitAsync(arrival).ConfigureAwait(false))
                {
                    if (await BetweenBatchesAsync(cancellationToken).ConfigureAwait(false)) return false;
                }
                if (!TryTake(arrival, cancellationToken, out batch, out var isThere))
                {
                    await WaitToReadAgainAsync(arrival, cancellationToken).ConfigureAwait(false);
                    return false;
                }
                if (!isThere)
                {
                    _sourceFailures.Clear();
                    return true;
                }
            }
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                Profile.End(TrainingPhase.Read);
                _figures.EndWait(Profile[TrainingPhase.Read]);
                _windowLeft -= batch.Examples.Rows;
                await LearnAsync(batch, arrival).ConfigureAwait(false);
            }
            finally
            {
                _reader.Return(batch);
            }
            _sourceFailures.Clear();
            RequireFinite();
            TellOfMissingEventTime();
            var mustForget = await BetweenBatchesAsync(cancellationToken).ConfigureAwait(false);
            if (_windowLeft <= 0)
            {
                await _guard.RequireFewRefusedAsync().ConfigureAwait(false);
                await ReportAsync(reporter).ConfigureAwait(false);
                _windowLeft = _options.WindowExamples;
            }
            var isElsewhere = await EvaluateIfDueAsync(cancellationToken).ConfigureAwait(false);
            Profile.End(TrainingPhase.Other);
            if (isElsewhere || mustForget) return false;
        }
    }

    // Whether the reading must end first, so that ids are forgotten.
    private async ValueTask<bool> BetweenBatchesAsync(CancellationToken cancellationToken)
    {
        if (_commits is not null) await _commits.BetweenBatchesAsync(Point, _capture, cancellationToken).ConfigureAwait(false);
        return await ForgetBetweenBatchesAsync().ConfigureAwait(false);
    }

    private ValueTask<bool> WaitAsync(BatchArrival arrival)
    {
        var since = _time.GetTimestamp();
        _figures.BeginWait(since);
        return arrival.WaitAsync(_commits?.DueIn(Point) ?? Timeout.InfiniteTimeSpan, since);
    }

    // Where the tables are in this process every call has answered when it returns, and nothing is allocated.
    private async ValueTask LearnAsync(ReadBatch read, BatchArrival arrival)
    {
        read = LeaveOutForgotten(read);
        if (read.Examples.Rows == 0 && read.Examples == _left)
        {
            PassOver(read.Examples);
            return;
        }
        await _gate.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await LearnAloneAsync(read, arrival).ConfigureAwait(false);
        }
        finally
        {
            _gate.Exit();
        }
        if (Score(read.Examples)) await _evictions.EvictAsync(Point).ConfigureAwait(false);
    }

    private async ValueTask LearnAloneAsync(ReadBatch read, BatchArrival arrival)
    {
        var (batch, ids) = read;
        var isDerivedAnew = Derive(read);
        RankBeforeLearning(batch);
        AssignSlices(batch);
        _gate.Change();
        _isTorn = true;
        var eventTime = await _times.ObserveAsync(batch).ConfigureAwait(false);
        BeginFigures();
        if (_stale is not null) await LookupStaleAsync(read, isDerivedAnew, eventTime).ConfigureAwait(false);
        else await _layer.LookupOrAdmitAsync(batch, ids, eventTime, Steps, CancellationToken.None).ConfigureAwait(false);
        NoteInputs(batch);
        Profile.End(TrainingPhase.Lookup);
        if (_stale is not null) TrainBesideNext(batch, arrival);
        else Train(batch);
        await _layer.ApplySummedGradientsAsync(eventTime, Steps).ConfigureAwait(false);
        LearnDerived(batch);
        Profile.End(TrainingPhase.Apply);
        Steps++;
        Examples += batch.Rows;
        Position = batch.Position;
        _isTorn = false;
        _figures.AfterBatch(batch.Rows, _times.Newest);
    }

    // What was derived when the batch was read holds, unless bounds were frozen since. Says whether they were.
    private bool Derive(ReadBatch read)
    {
        if (_model.DerivedFeatures is not { } derived) return false;
        _layer.DerivedFeatures = derived;
        if (!derived.Derive(read.Examples)) return false;
        read.Ids?.Collect(read.Examples, derived, learns: true);
        return true;
    }

    private void LearnDerived(ExampleBatch batch)
    {
        if (_model.DerivedFeatures is not { } derived) return;
        var before = derived.Bounds;
        derived.Learn(batch);
        if (derived.Bounds != before) LogFrozen(derived, before);
    }

    private void LogFrozen(DerivedFeatures derived, LearnedBounds before)
    {
        foreach (var slot in derived.Schema.Slots)
        {
            if (before.Of(slot) is not null || derived.Bounds.Of(slot) is not { } bounds) continue;
            var (lowest, highest) = bounds.Length > 0 ? (bounds[0], bounds[^1]) : (float.NaN, float.NaN);
            _log.BoundsFrozen(slot.Name, bounds.Length, lowest, highest, ((BucketSource)slot.Source!).Bounds.LearnFrom, Steps + 1);
        }
    }

    private void Train(ExampleBatch batch)
    {
        var logits = Logits(batch.Rows);
        _clipping?.Begin(_layer);
        _gradients.Resize(batch.Rows);
        _model.Train(new TrainContext(_layer.Inputs, batch, _gradients, logits) { Callbacks = _callbacks });
        _clipping?.End(_model.Name);
        Correct(batch, logits);
        Profile.End(TrainingPhase.Backward);
        if (_clipping is null) _layer.SumGradients(_gradients);
    }

    // Says whether an eviction is due. Asked before a callback may throw: the first batch begins the schedule.
    private bool Score(ExampleBatch batch)
    {
        var logits = Logits(batch.Rows);
        Metrics.Add(batch, logits);
        ScoreUncorrected(batch, logits.Length);
        ScoreSlices(batch, logits);
        NoteLost(batch);
        var isEvictionDue = _evictions.IsDue(Point);
        _options.Scored?.Invoke(batch, logits);
        return isEvictionDue;
    }

    private void NoteLost(ExampleBatch batch)
    {
        var lost = Metrics.Unscored - _unscored;
        _unscored += lost;
        if (lost > 0) _figures.AddLost(lost);
        _guard.AfterBatch(_layer.UniqueIds, batch.Rows, lost);
        if (lost > 0 && _lostGate.TryEnter()) _log.ExamplesLost(lost, batch.Rows, Steps);
    }

    private Span<float> Logits(int rows)
    {
        var count = rows * _source.Schema.Tasks.Count;
        if (_logits.Length < count) _logits = new float[count];
        return _logits.AsSpan(0, count);
    }

    private async ValueTask<TrainingProgress> ReportAsync(ProgressReporter reporter)
    {
        QualityMeter.EndWindow(Metrics, _source.Schema);
        var report = await reporter.ReportAsync(this, _tables, _source.Schema.Tasks, _reportedTask, _times.NewestTime)
            .ConfigureAwait(false);
        if (report.RankingWindow is { } ranked) QualityMeter.EndWindow(ranked);
        Ranking?.ClearWindow();
        UncorrectedMetrics?.ClearWindow();
        ClearSlices();
        return report;
    }
}
