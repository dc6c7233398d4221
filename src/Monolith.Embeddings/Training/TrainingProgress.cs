using System.Globalization;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>How far training has come, and how well it predicted.</summary>
public sealed record TrainingProgress
{
    private readonly ValueList<MetricsSlice> _slices = ValueList<MetricsSlice>.Empty;

    /// <summary>Examples learned from since the trainer was made.</summary>
    public required long Examples { get; init; }

    /// <summary>Batches learned from since the trainer was made.</summary>
    public required long Steps { get; init; }

    /// <summary>How long <see cref="OnlineTrainer.RunAsync"/> has been running.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Examples a second since the last report.</summary>
    public required double ExamplesPerSecond { get; init; }

    /// <summary>
    /// Metrics of the reported task (<see cref="Models.OnlineModel.ReportedTask"/>) since the last report; all zeros or NaN without a task.
    /// </summary>
    public required MetricsSummary Window { get; init; }

    /// <summary>Metrics of the reported task in total.</summary>
    public required MetricsSummary Total { get; init; }

    /// <summary>
    /// What <see cref="Window"/> would be of the model alone, without the correction behind it; null without
    /// <see cref="OnlineTrainerOptions.Calibration"/>.
    /// </summary>
    public MetricsSummary? UncorrectedWindow { get; init; }

    /// <summary>What <see cref="Total"/> would be of the model alone; null as before.</summary>
    public MetricsSummary? UncorrectedTotal { get; init; }

    /// <summary>Metrics of the reported task by slice; empty without <see cref="MetricsOptions.Slices"/>.</summary>
    public IReadOnlyList<MetricsSlice> Slices
    {
        get => _slices;
        init => _slices = new ValueList<MetricsSlice>(value);
    }

    /// <summary>
    /// How items were ranked since the last report; null without <see cref="OnlineTrainerOptions.Ranking"/>.
    /// </summary>
    public RankingSummary? RankingWindow { get; init; }

    /// <summary>How items were ranked in total; null without <see cref="OnlineTrainerOptions.Ranking"/>.</summary>
    public RankingSummary? RankingTotal { get; init; }

    /// <summary>Rows in all tables.</summary>
    public required long Rows { get; init; }

    /// <summary>Memory of all tables, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Rows created in all tables.</summary>
    public required long Admitted { get; init; }

    /// <summary>Rows removed by expiry in all tables.</summary>
    public required long Evicted { get; init; }

    /// <summary>The newest event time that is believed; <see cref="DateTimeOffset.UnixEpoch"/> before the first.</summary>
    public required DateTimeOffset NewestEventTime { get; init; }

    /// <summary>Where the stream goes on.</summary>
    public required StreamPosition Position { get; init; }

    /// <summary>Of each task of the schema, in its order.</summary>
    internal MetricsSummary[] Windows { get; init; } = [];

    /// <inheritdoc cref="Windows" />
    internal MetricsSummary[] Totals { get; init; } = [];

    /// <summary>Metrics of one task since the last report.</summary>
    /// <param name="task">A task of the trainer's schema.</param>
    /// <exception cref="ArgumentOutOfRangeException">The schema has no task at that place.</exception>
    public MetricsSummary WindowOf(LabelTask task) => Of(Windows, task);

    /// <summary>Metrics of one task in total.</summary>
    /// <param name="task">A task of the trainer's schema.</param>
    /// <exception cref="ArgumentOutOfRangeException">The schema has no task at that place.</exception>
    public MetricsSummary TotalOf(LabelTask task) => Of(Totals, task);

    /// <summary>One line for a console or a log, in the invariant culture.</summary>
    public override string ToString()
    {
        var speed = string.Create(CultureInfo.InvariantCulture,
            $"{Examples:N0} examples in {Elapsed:d\\.hh\\:mm\\:ss}, {ExamplesPerSecond:N0}/s");
        var window = string.Create(CultureInfo.InvariantCulture,
            $"AUC {Window.Auc:F4} ({Total.Auc:F4} in total), log-loss {Window.LogLoss:F4}, calibration {Window.Calibration:F3}");
        var tables = string.Create(CultureInfo.InvariantCulture,
            $"{Rows:N0} rows of {MemoryBytes / (1024.0 * 1024):N1} MiB, {Admitted:N0} created, {Evicted:N0} expired");
        var times = NewestEventTime == DateTimeOffset.UnixEpoch
            ? "no event times"
            : string.Create(CultureInfo.InvariantCulture, $"events until {NewestEventTime:u}");
        return $"{speed}; {window}; {tables}; {times}";
    }

    private static MetricsSummary Of(MetricsSummary[] summaries, LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Index < summaries.Length ? summaries[task.Index] : throw OutOfRange.Of(
            nameof(task), task.Index, $"The task '{task.Name}' is number {task.Index}, but {summaries.Length} are reported.");
    }
}
