using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Metrics;

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
        // The sums are rounded, each in its own way.
        return Math.Min(1, pairs / (positives * negatives));
    }

    /// <summary>Writes the bins that are not empty.</summary>
    public void Save(FieldWriter fields)
    {
        fields.Int32(Enumerable.Range(0, Bins).Count(IsUsed));
        for (var bin = 0; bin < Bins; bin++)
        {
            if (!IsUsed(bin)) continue;
            fields.Int32(bin);
            fields.Double(_positives[bin]);
            fields.Double(_negatives[bin]);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FormatException">There are not so many bins, or no such bin.</exception>
    public void Load(ref FieldReader fields)
    {
        Clear();
        for (var left = fields.Count(Bins, "bins in use"); left > 0; left--)
        {
            var bin = fields.UInt32();
            if (bin >= Bins) throw new FormatException($"A histogram of {Bins} bins has none at {bin}.");
            (_positives[bin], _negatives[bin]) = (fields.Double(), fields.Double());
        }
    }

    public void Clear()
    {
        Array.Clear(_positives);
        Array.Clear(_negatives);
    }

    private bool IsUsed(int bin) => _positives[bin] != 0 || _negatives[bin] != 0;
}
