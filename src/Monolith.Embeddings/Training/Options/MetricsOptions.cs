using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>How predictions are scored before they are learned from.</summary>
public sealed class MetricsOptions : IValidatedOptions
{
    /// <summary>
    /// For windows of how many examples a task <see cref="MetricsSummary.Auc"/> and <see cref="MetricsSummary.PrAuc"/> are exact: 0 (the
    /// default) to 100,000,000. A window with more has the binned ones, with the bounds of their errors, as totals always have. Takes up to
    /// 32 bytes an example and task, as it is needed, and sorts the window for each report.
    /// </summary>
    public int ExactWindowExamples { get; set; }

    /// <summary>
    /// Whether an example that says what was predicted when it was served (<see cref="Features.ExampleBatch.ServedPredictions"/>) is scored
    /// by that, in slices as well, and not by what the trainer predicts when it learns from it. Default false. The trainer predicts after
    /// all that happened until the label came, so that its own scores are those of an earlier moment only where labels come at once.
    /// <see cref="MetricsSummary.AsServed"/> counts them. Others, and <see cref="OnlineTrainer.UncorrectedMetrics"/>, are scored as usual.
    /// </summary>
    public bool AsServed { get; set; }

    /// <summary>
    /// Parts of the examples that are scored apart, each by a slot: new and old users, countries. In reports
    /// (<see cref="TrainingProgress.Slices"/>), of all tasks in <see cref="OnlineTrainer.SlicesOf"/>, and in commits in total. Default
    /// none.
    /// </summary>
    public IList<MetricsSliceOptions> Slices { get; set; } = [];

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(ExactWindowExamples), ExactWindowExamples, 0, 100_000_000);
        errors.Require(Slices is not null, nameof(Slices), "is null: leave it empty for none.");
        if (Slices is null) return;
        for (var i = 0; i < Slices.Count; i++) errors.Nested($"{nameof(Slices)}[{i}]", Slices[i]);
        errors.Require(Slices.DistinctBy(slice => (slice.Slot, slice.By)).Count() == Slices.Count, nameof(Slices),
            "names a slot twice with the same way to tell examples apart.");
    }

    internal MetricsOptions Copy()
    {
        var copy = (MetricsOptions)MemberwiseClone();
        copy.Slices = [.. Slices.Select(slice => slice.Copy())];
        return copy;
    }
}
