namespace Monolith.Embeddings.Training.Metrics;

/// <summary>Sums over scored examples of a task. Two of one stream give those of the examples between them.</summary>
/// <param name="Examples">How many had a label and a finite logit.</param>
/// <param name="Weight">The sum of their weights.</param>
/// <param name="Labels">That of weight times label.</param>
/// <param name="Predictions">That of weight times prediction.</param>
/// <param name="Loss">That of weight times log-loss.</param>
internal readonly record struct ScoreSums(long Examples, double Weight, double Labels, double Predictions, double Loss)
{
    /// <summary>The mean log-loss; NaN without examples.</summary>
    public double LogLoss => Loss / Weight;

    /// <summary>Predictions over labels; NaN without examples, infinite without positives.</summary>
    public double Calibration => Predictions / Labels;

    /// <summary>The sums of what came after.</summary>
    public ScoreSums Since(ScoreSums before) => new(
        Examples - before.Examples, Weight - before.Weight, Labels - before.Labels, Predictions - before.Predictions,
        Loss - before.Loss);
}
