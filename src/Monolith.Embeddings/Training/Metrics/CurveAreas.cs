using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Training.Metrics;

/// <summary>
/// Areas under curves of scored examples, given in groups of ascending scores: how much of each label a group has. Examples of a group
/// count as tied. Where a group holds scores that differ, an area has an error, for which a bound is given.
/// </summary>
internal static class CurveAreas
{
    /// <summary>The chance that a positive scores above a negative, ties counted half; NaN where one of the labels is missing.</summary>
    /// <param name="positives">The weights of positives, a group each.</param>
    /// <param name="negatives">The weights of negatives.</param>
    public static double Roc(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        double allPositives = 0, allNegatives = 0, pairs = 0;
        for (var i = 0; i < positives.Length; i++)
        {
            pairs += positives[i] * (allNegatives + negatives[i] / 2);
            allPositives += positives[i];
            allNegatives += negatives[i];
        }
        // The sums are rounded, each in its own way.
        return Math.Min(1, pairs / (allPositives * allNegatives));
    }

    /// <summary>
    /// How far <see cref="Roc"/> is at most from the area of the scores themselves: a pair within a group counts half, and is worth 0 to 1,
    /// so half of the share of such pairs. Pairs of two groups are in order.
    /// </summary>
    public static double RocError(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        double allPositives = 0, allNegatives = 0, pairs = 0;
        for (var i = 0; i < positives.Length; i++)
        {
            pairs += positives[i] * negatives[i] / 2;
            allPositives += positives[i];
            allNegatives += negatives[i];
        }
        return pairs / (allPositives * allNegatives);
    }

    /// <summary>
    /// Average precision: the sum over thresholds, from the highest down, of the gain of recall times the precision there; NaN without
    /// positives.
    /// </summary>
    public static double AveragePrecision(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        double above = 0, falseAbove = 0, area = 0;
        for (var i = positives.Length - 1; i >= 0; i--)
        {
            above += positives[i];
            falseAbove += negatives[i];
            if (positives[i] > 0) area += positives[i] * (above / (above + falseAbove));
        }
        return Math.Min(1, area / above);
    }

    /// <summary>
    /// How far <see cref="AveragePrecision"/> is at most from that of the scores themselves. What a group with p positives and n negatives
    /// behind tp and fp others adds is the most where its positives come first, all at one threshold: p (tp + p) / (tp + p + fp). It is
    /// the least where its negatives come first and its positives one by one: the integral of (tp + t) / (tp + t + fp + n) over t from 0 to
    /// p, which is p - f ln((tp + p + f) / (tp + f)) with f = fp + n.
    /// </summary>
    public static double AveragePrecisionError(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        double above = 0, falseAbove = 0, most = 0, least = 0, area = 0;
        for (var i = positives.Length - 1; i >= 0; i--)
        {
            var (p, n) = (positives[i], negatives[i]);
            if (p > 0)
            {
                var (after, f) = (above + p, falseAbove + n);
                area += p * (after / (after + f));
                most += p * (after / (after + falseAbove));
                least += f > 0 ? p - (f * ExactMath.Log((after + f) / (above + f))) : p;
            }
            above += p;
            falseAbove += n;
        }
        return Math.Max(most - area, area - least) / above;
    }
}
