using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>How well a task was predicted for a part of the examples. Immutable.</summary>
public sealed record MetricsSlice
{
    /// <summary>The slot that the examples are told apart by.</summary>
    public required string Slot { get; init; }

    /// <summary>Which part: <c>new</c> or <c>old</c>, or an id, or <c>other</c>, or counts such as <c>10-99</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Metrics since the last report. Bins are 1/128 of a logit wide, eight times as wide as those of all examples: areas are as far off
    /// as they say, and <see cref="MetricsSummary.ExpectedCalibrationError"/> by at most 0.001.
    /// </summary>
    public required MetricsSummary Window { get; init; }

    /// <summary>Metrics in total, of bins as wide.</summary>
    public required MetricsSummary Total { get; init; }

    /// <summary>
    /// With <see cref="SliceBy.Occurrences"/>, how much too high the count of an id may be by now: e N / width, where N is the number of
    /// all examples with an id; more with a probability of at most e^-depth. Counts are never too low. 0 with other ways.
    /// </summary>
    public double CountError { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(MetricsSlice), PrintMembers);
}
