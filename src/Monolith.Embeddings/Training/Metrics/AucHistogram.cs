using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Metrics;

/// <summary>
/// Scores in fixed memory: logits are counted in bins over [-16, 16], separately by label; those beyond count in the first and the last.
/// Two scores in one bin count as a tie. Adding, multiplying, rounding and clamping keep the order of logits, so that a lower bin never
/// holds the higher one: <see cref="CurveAreas"/> gives the areas, and how far they can be off. Not thread-safe.
/// </summary>
/// <param name="binsPerUnit">How many bins a logit of 1 has: a power of 2.</param>
internal sealed class AucHistogram(int binsPerUnit = AucHistogram.FineBinsPerUnit)
{
    /// <summary>How many bins a logit of 1 has where nothing else is said.</summary>
    public const int FineBinsPerUnit = 1024;

    private const float Range = 16;

    private readonly double[] _positives = new double[2 * (int)Range * binsPerUnit];
    private readonly double[] _negatives = new double[2 * (int)Range * binsPerUnit];

    private int Bins => _positives.Length;

    /// <summary>The weights of positives, a bin each, by ascending logit.</summary>
    public ReadOnlySpan<double> Positives => _positives;

    /// <summary>The weights of negatives, a bin each.</summary>
    public ReadOnlySpan<double> Negatives => _negatives;

    /// <summary>The prediction in the middle of a bin.</summary>
    public double PredictionOf(int bin) => Logistic.Sigmoid((bin + 0.5) / binsPerUnit - Range);

    public void Add(float logit, double positive, double negative)
    {
        var bin = (int)Math.Clamp((logit + Range) * binsPerUnit, 0, Bins - 1);
        _positives[bin] += positive;
        _negatives[bin] += negative;
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
    /// <exception cref="FormatException">There are fewer bins, or no such bin.</exception>
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
