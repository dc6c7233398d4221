using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training;

/// <summary>Measures how fast a run goes, and reports it. Not thread-safe.</summary>
internal sealed class ProgressReporter(TimeProvider time, IProgress<TrainingProgress>? progress)
{
    private long _start, _last, _examples;

    /// <summary>The newest report of this run; null before the first.</summary>
    public TrainingProgress? Last { get; private set; }

    public void Start(long examples)
    {
        _start = _last = time.GetTimestamp();
        _examples = examples;
    }

    public async ValueTask<TrainingProgress> ReportAsync(
        OnlineTrainer trainer, TableSet tables, IReadOnlyList<LabelTask> tasks, LabelTask? reported, DateTimeOffset newestEventTime)
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_last, now).TotalSeconds;
        var (rows, admitted, evicted) = (0L, 0L, 0L);
        foreach (var statistics in await tables.GetStatisticsAsync().ConfigureAwait(false))
        {
            rows += statistics.Rows;
            admitted += statistics.Created;
            evicted += statistics.Expired;
        }
        MetricsSummary[] windows = [.. tasks.Select(trainer.Metrics.Window)], totals = [.. tasks.Select(trainer.Metrics.Total)];
        trainer.Metrics.ClearWindow();
        var report = new TrainingProgress
        {
            Examples = trainer.Examples,
            Steps = trainer.Steps,
            Elapsed = time.GetElapsedTime(_start, now),
            ExamplesPerSecond = seconds > 0 ? (trainer.Examples - _examples) / seconds : 0,
            Window = reported is null ? default : windows[reported.Index],
            Total = reported is null ? default : totals[reported.Index],
            Windows = windows,
            Totals = totals,
            UncorrectedWindow = reported is null ? null : trainer.UncorrectedMetrics?.Window(reported),
            UncorrectedTotal = reported is null ? null : trainer.UncorrectedMetrics?.Total(reported),
            Slices = reported is null ? [] : trainer.SlicesOf(reported),
            RankingWindow = trainer.Ranking?.Window(),
            RankingTotal = trainer.Ranking?.Total(),
            Rows = rows,
            MemoryBytes = tables.MemoryBytes,
            Admitted = admitted,
            Evicted = evicted,
            NewestEventTime = newestEventTime,
            Position = trainer.Position
        };
        (_last, _examples) = (now, trainer.Examples);
        Last = report;
        progress?.Report(report);
        return report;
    }
}
