using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>How well a task was predicted over some examples, each scored before the model learned from it.</summary>
public readonly record struct MetricsSummary
{
    /// <summary>How many examples had a label.</summary>
    public required long Examples { get; init; }

    /// <summary>The sum of their weights.</summary>
    public required double Weight { get; init; }

    /// <summary>The weighted mean of the labels; NaN where there were none.</summary>
    public required double PositiveRate { get; init; }

    /// <summary>
    /// The area under the ROC curve: the chance that a positive example scores above a negative one, ties counted half; NaN where one of
    /// the labels was not seen. A label between 0 and 1 counts as both, by its share. Binned by logit, so accurate to about 0.0001.
    /// </summary>
    public required double Auc { get; init; }

    /// <summary>The weighted mean of -y ln p - (1 - y) ln(1 - p), in nats.</summary>
    public required double LogLoss { get; init; }

    /// <summary>The sum of the predictions over the sum of the labels: 1 is right on average, 2 predicts twice too many.</summary>
    public required double Calibration { get; init; }

    /// <summary>
    /// How many examples had a label, but no finite logit, and are left out: those that a model did not learn from because their numbers
    /// were absurd, and all examples of a task that it does not predict. In total, since the trainer was made: a commit does not hold it.
    /// </summary>
    public long Unscored { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(MetricsSummary), PrintMembers);
}
