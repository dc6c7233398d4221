using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>How well a task was predicted over some examples, each scored before the model learned from it.</summary>
/// <param name="Examples">How many examples had a label.</param>
/// <param name="Weight">The sum of their weights.</param>
/// <param name="PositiveRate">The weighted mean of the labels; NaN where there were none.</param>
/// <param name="Auc">
/// The area under the ROC curve: the chance that a positive example scores above a negative one, ties counted half; NaN where one of the
/// labels was not seen. A label between 0 and 1 counts as both, by its share. Binned by logit, so accurate to about 0.0001.
/// </param>
/// <param name="LogLoss">The weighted mean of -y ln p - (1 - y) ln(1 - p), in nats.</param>
/// <param name="Calibration">The sum of the predictions over the sum of the labels: 1 is right on average, 2 predicts twice too many.</param>
public readonly record struct MetricsSummary(
    long Examples, double Weight, double PositiveRate, double Auc, double LogLoss, double Calibration)
{
    /// <summary>
    /// How many examples had a label, but no finite logit, and are left out: those that a model did not learn from because their numbers
    /// were absurd, and all examples of a task that it does not predict. In total, since the trainer was made: a commit does not hold it.
    /// </summary>
    public long Unscored { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(MetricsSummary), PrintMembers);
}
