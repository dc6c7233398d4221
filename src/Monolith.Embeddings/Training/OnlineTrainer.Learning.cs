using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Training.Reading;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private async Task<TrainingProgress> RunAloneAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        if (_isTorn)
            throw new InvalidOperationException(
                $"A batch failed in the middle, after {Steps} steps: tables and model have learned different parts of it. "
                + "Begin again with new ones.");
        await _guard.BeginAsync().ConfigureAwait(false);
        await BeginCommitsAsync(cancellationToken).ConfigureAwait(false);
        await EvictWhatIsLeftAsync().ConfigureAwait(false);
        return await LearnToTheEndAsync(new ProgressReporter(_time, progress), cancellationToken).ConfigureAwait(false);
    }

    private async Task<TrainingProgress> LearnAsync(ProgressReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Start(Examples);
        Profile.Start();
        var windowLeft = _options.WindowExamples;
        var arrival = new BatchArrival(_reader, Position, _time, cancellationToken);
        await using var _ = arrival.ConfigureAwait(false);
        if (_commits is not null) _commits.Wake = arrival.Wake;
        while (true)
        {
            arrival.Begin();
            // Between two batches, while none comes: what is due is not kept waiting by a quiet stream.
            while (!await WaitAsync(arrival).ConfigureAwait(false))
                await _commits!.BetweenBatchesAsync(Steps, _capture, cancellationToken).ConfigureAwait(false);
            if (!arrival.Take(out var batch)) break;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                Profile.End(TrainingPhase.Read);
                windowLeft -= batch.Examples.Rows;
                await LearnAsync(batch).ConfigureAwait(false);
            }
            finally
            {
                _reader.Return(batch);
            }
            RequireFinite();
            if (_commits is not null) await _commits.BetweenBatchesAsync(Steps, _capture, cancellationToken).ConfigureAwait(false);
            if (windowLeft <= 0)
            {
                await _guard.RequireFewRefusedAsync().ConfigureAwait(false);
                await ReportAsync(reporter).ConfigureAwait(false);
                windowLeft = _options.WindowExamples;
            }
            Profile.End(TrainingPhase.Other);
        }
        await _guard.RequireFewRefusedAsync().ConfigureAwait(false);
        // A stream that ends with its window was reported a moment ago.
        return reporter.Last is { } last && last.Examples == Examples ? last : await ReportAsync(reporter).ConfigureAwait(false);
    }

    private ValueTask<bool> WaitAsync(BatchArrival arrival)
    {
        var since = _time.GetTimestamp();
        return arrival.WaitAsync(_commits?.DueIn(Steps) ?? Timeout.InfiniteTimeSpan, since);
    }

    // Where the tables are in this process every call has answered when it returns, and nothing is allocated.
    private async ValueTask LearnAsync(ReadBatch read)
    {
        await _gate.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await LearnAloneAsync(read).ConfigureAwait(false);
        }
        finally
        {
            _gate.Exit();
        }
        if (Score(read.Examples)) await EvictAsync().ConfigureAwait(false);
    }

    private async ValueTask LearnAloneAsync(ReadBatch read)
    {
        var (batch, ids) = read;
        _gate.Change();
        _isTorn = true;
        var eventTime = await _times.ObserveAsync(batch).ConfigureAwait(false);
        await _layer.LookupOrAdmitAsync(batch, ids, eventTime, Steps, CancellationToken.None).ConfigureAwait(false);
        Profile.End(TrainingPhase.Lookup);
        Train(batch);
        await _layer.ApplySummedGradientsAsync(eventTime, Steps).ConfigureAwait(false);
        Profile.End(TrainingPhase.Apply);
        Steps++;
        Examples += batch.Rows;
        Position = batch.Position;
        _isTorn = false;
    }

    private void Train(ExampleBatch batch)
    {
        var logits = Logits(batch.Rows);
        _clipping?.Begin();
        _gradients.Resize(batch.Rows);
        _model.Train(new TrainContext(_layer.Inputs, batch, _gradients, logits) { Callbacks = _callbacks });
        _clipping?.End(_model.Name);
        Profile.End(TrainingPhase.Backward);
        if (_clipping is null) _layer.SumGradients(_gradients);
    }

    // Says whether an eviction is due. Asked before a callback may throw: the first batch begins the schedule.
    private bool Score(ExampleBatch batch)
    {
        var logits = Logits(batch.Rows);
        Metrics.Add(batch, logits);
        NoteLost(batch);
        var isEvictionDue = _eviction.IsDue(_times.Newest);
        _options.Scored?.Invoke(batch, logits);
        return isEvictionDue;
    }

    private async ValueTask EvictAsync()
    {
        await _tables.EvictAsync(CancellationToken.None).ConfigureAwait(false);
        _eviction.Done(_times.Newest);
    }

    // What the last run did not come to, because a callback or a policy threw after the batch was learned from. Once more, so that a policy
    // that throws each time does not end every run at its start.
    private async ValueTask EvictWhatIsLeftAsync()
    {
        if (!_eviction.IsLeft(_times.Newest)) return;
        try
        {
            await EvictAsync().ConfigureAwait(false);
        }
        finally
        {
            _eviction.Done(_times.Newest);
        }
    }

    private void NoteLost(ExampleBatch batch)
    {
        var lost = Metrics.Unscored - _unscored;
        _unscored += lost;
        _guard.AfterBatch(_layer.UniqueIds, batch.Rows, lost);
        if (lost > 0 && _lostGate.TryEnter()) _log.ExamplesLost(lost, batch.Rows, Steps);
    }

    private Span<float> Logits(int rows)
    {
        var count = rows * _source.Schema.Tasks.Count;
        if (_logits.Length < count) _logits = new float[count];
        return _logits.AsSpan(0, count);
    }

    private ValueTask<TrainingProgress> ReportAsync(ProgressReporter reporter)
    {
        var window = _reportedTask is null ? default : Metrics.Window(_reportedTask);
        var total = _reportedTask is null ? default : Metrics.Total(_reportedTask);
        Metrics.ClearWindow();
        return reporter.ReportAsync(this, _tables, window, total, _times.NewestTime);
    }
}
