namespace Monolith.Embeddings.Training;

/// <summary>
/// The area under the ROC curve in fixed memory: logits are counted in bins of 1/1,024 over [-16, 16], separately by label, and two scores
/// in one bin count as a tie. The error is at most half of the share of (positive, negative) pairs that share a bin: around 0.0001 for the
/// spread of scores that a recommender has. Not thread-safe.
/// </summary>
internal sealed class AucHistogram
{
    private const int BinsPerUnit = 1024;
    private const float Range = 16;
    private const int Bins = 2 * (int)Range * BinsPerUnit;

    private readonly double[] _positives = new double[Bins];
    private readonly double[] _negatives = new double[Bins];

    public void Add(float logit, double positive, double negative)
    {
        var bin = (int)Math.Clamp((logit + Range) * BinsPerUnit, 0, Bins - 1);
        _positives[bin] += positive;
        _negatives[bin] += negative;
    }

    /// <summary>The area, or NaN where one of the labels was not seen.</summary>
    public double Area()
    {
        double positives = 0, negatives = 0, pairs = 0;
        for (var bin = 0; bin < Bins; bin++)
        {
            pairs += _positives[bin] * (negatives + _negatives[bin] / 2);
            positives += _positives[bin];
            negatives += _negatives[bin];
        }
        return pairs / (positives * negatives);
    }

    public void Clear()
    {
        Array.Clear(_positives);
        Array.Clear(_negatives);
    }
}
