using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training;

/// <summary>How far training has come, and how well it predicted.</summary>
public sealed record TrainingProgress
{
    /// <summary>Examples learned from since the trainer was made.</summary>
    public required long Examples { get; init; }

    /// <summary>Batches learned from since the trainer was made.</summary>
    public required long Steps { get; init; }

    /// <summary>How long <see cref="OnlineTrainer.RunAsync"/> has been running.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Examples a second since the last report.</summary>
    public required double ExamplesPerSecond { get; init; }

    /// <summary>Metrics of the first task since the last report; all zeros or NaN without a task.</summary>
    public required MetricsSummary Window { get; init; }

    /// <summary>Metrics of the first task in total.</summary>
    public required MetricsSummary Total { get; init; }

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

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(TrainingProgress), PrintMembers);
}
