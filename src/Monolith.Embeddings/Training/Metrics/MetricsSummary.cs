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
    /// the labels was not seen. A label between 0 and 1 counts as both, by its share. Binned by logit, unless an exact one was asked for
    /// (<see cref="MetricsOptions.ExactWindowExamples"/>): then <see cref="AucError"/> says how far it can be off.
    /// </summary>
    public required double Auc { get; init; }

    /// <summary>
    /// How far <see cref="Auc"/> is at most from that of the logits themselves, rounding of sums aside: half of the share of pairs of a
    /// positive and a negative that fall into one bin. About 0.0001 for the scores that a recommender has, 0.5 where all scores are nearly
    /// equal, 0 where it is exact.
    /// </summary>
    public double AucError { get; init; }

    /// <summary>
    /// The area under the curve of precision and recall, as average precision: the sum over thresholds of the gain of recall times the
    /// precision there, without interpolation, equal scores being one threshold; NaN without positives. It compares over streams of one
    /// <see cref="PositiveRate"/> alone, which is what chance gives.
    /// </summary>
    public double PrAuc { get; init; }

    /// <summary>How far <see cref="PrAuc"/> is at most from that of the logits themselves; 0 where it is exact.</summary>
    public double PrAucError { get; init; }

    /// <summary>The weighted mean of -y ln p - (1 - y) ln(1 - p), in nats.</summary>
    public required double LogLoss { get; init; }

    /// <summary>
    /// <see cref="LogLoss"/> over that of always predicting <see cref="PositiveRate"/> (normalized entropy, He et al. 2014): 1 is no better
    /// than the mean, less is better; NaN where one of the labels was not seen.
    /// </summary>
    public double NormalizedEntropy { get; init; }

    /// <summary>The sum of the predictions over the sum of the labels: 1 is right on average, 2 predicts twice too many.</summary>
    public required double Calibration { get; init; }

    /// <summary>
    /// The mean of |mean prediction - mean label| over 20 buckets of the prediction of about equal weight, weighted: 0 is right everywhere.
    /// Few examples alone give about 0.4 sqrt(20 p (1 - p) / n) for a perfect model. See <see cref="ProgressiveMetrics.WindowBuckets"/>.
    /// </summary>
    public double ExpectedCalibrationError { get; init; }

    /// <summary>
    /// How many of the examples were scored by what was predicted when they were served (<see cref="MetricsOptions.AsServed"/>); the others
    /// by what the trainer predicted. In total, since the trainer was made: a commit does not hold it.
    /// </summary>
    public long AsServed { get; init; }

    /// <summary>
    /// How many examples had a label, but no finite logit, and are left out: those that a model did not learn from because their numbers
    /// were absurd, and all examples of a task that it does not predict. In total, since the trainer was made: a commit does not hold it.
    /// </summary>
    public long Unscored { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(MetricsSummary), PrintMembers);
}
