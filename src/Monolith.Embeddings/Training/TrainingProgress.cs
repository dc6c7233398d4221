using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training;

/// <summary>How far training has come, and how well it predicted.</summary>
/// <param name="Examples">Examples learned from since the trainer was made.</param>
/// <param name="Steps">Batches learned from since the trainer was made.</param>
/// <param name="Elapsed">How long <see cref="OnlineTrainer.RunAsync"/> has been running.</param>
/// <param name="ExamplesPerSecond">Examples a second since the last report.</param>
/// <param name="Window">Metrics of the first task since the last report; all zeros or NaN without a task.</param>
/// <param name="Total">Metrics of the first task in total.</param>
/// <param name="Rows">Rows in all tables.</param>
/// <param name="MemoryBytes">Memory of all tables, in bytes.</param>
/// <param name="Admitted">Rows created in all tables.</param>
/// <param name="Evicted">Rows removed by expiry in all tables.</param>
/// <param name="NewestEventTime">The newest event time seen, in milliseconds since the Unix epoch; 0 before the first.</param>
/// <param name="Position">Where the stream goes on.</param>
public sealed record TrainingProgress(
    long Examples, long Steps, TimeSpan Elapsed, double ExamplesPerSecond, MetricsSummary Window, MetricsSummary Total,
    long Rows, long MemoryBytes, long Admitted, long Evicted, long NewestEventTime, StreamPosition Position)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(TrainingProgress), PrintMembers);
}
