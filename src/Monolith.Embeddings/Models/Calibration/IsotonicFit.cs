using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Models.Calibration;

/// <summary>
/// A monotone map from logits to logits, made of buckets by the pool-adjacent-violators algorithm (Ayer et al. 1955; Zadrozny and Elkan
/// 2002): each block of buckets is a knot at the mean of its logits, and between knots the map is a line. So neighbours keep their order.
/// Applying is thread-safe, while nothing fits.
/// </summary>
internal sealed class IsotonicFit
{
    /// <summary>What a bucket begins with, in units of the curvature p (1 - p) of an example: 20 examples at p = 1/2.</summary>
    public const double Prior = 5;

    private const double MaxLogit = 16;

    private readonly Block[] _blocks = new Block[IsotonicTable.Buckets];
    private readonly double[] _logits = new double[IsotonicTable.Buckets], _values = new double[IsotonicTable.Buckets];

    /// <summary>How many knots there are.</summary>
    public int Knots { get; private set; }

    /// <summary>The logit of a knot, and what it is corrected to.</summary>
    public (double Logit, double Value) this[int knot] => (_logits[knot], _values[knot]);

    /// <summary>Rebuilds the map.</summary>
    /// <typeparam name="TRule">What labels mean.</typeparam>
    /// <param name="buckets">By ascending logit; those without examples are passed over.</param>
    /// <param name="platt">Says what a bucket begins at.</param>
    public void Fit<TRule>(ReadOnlySpan<ScoreBucket> buckets, PlattScaling platt)
        where TRule : struct, IFeedbackRule
    {
        var count = 0;
        foreach (ref readonly var bucket in buckets)
        {
            if (!(bucket.Weight > 0)) continue;
            var block = BlockOf<TRule>(in bucket, platt);
            while (count > 0 && !_blocks[count - 1].IsBelow(in block)) block = _blocks[--count].With(in block);
            _blocks[count++] = block;
        }
        for (var knot = 0; knot < count; knot++)
        {
            _logits[knot] = _blocks[knot].Logit;
            _values[knot] = TRule.LogitOfStreamOdds(_blocks[knot].Positives / _blocks[knot].Negatives);
        }
        Knots = count;
    }

    /// <summary>The corrected logit; what is not finite stays as it is.</summary>
    /// <param name="logit">The model's.</param>
    /// <param name="platt">Says how it goes on beyond the first and the last knot, and all of it where there is none.</param>
    public float Apply(float logit, PlattScaling platt)
    {
        if (Knots == 0 || !float.IsFinite(logit)) return platt.Apply(logit);
        var above = FirstFrom(logit);
        if (above == 0) return Beyond(0, logit, platt);
        if (above == Knots) return Beyond(Knots - 1, logit, platt);
        var share = (logit - _logits[above - 1]) / (_logits[above] - _logits[above - 1]);
        // Rounding must not lift it above the next knot.
        return (float)Math.Min(_values[above], _values[above - 1] + share * (_values[above] - _values[above - 1]));
    }

    // By hand, since Array.BinarySearch asks a comparer.
    private int FirstFrom(double logit)
    {
        var (low, high) = (0, Knots);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_logits[middle] < logit) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private float Beyond(int knot, float logit, PlattScaling platt) =>
        (float)Math.Clamp(_values[knot] + platt.Slope * (logit - _logits[knot]), -float.MaxValue, float.MaxValue);

    private static Block BlockOf<TRule>(in ScoreBucket bucket, PlattScaling platt)
        where TRule : struct, IFeedbackRule
    {
        var logit = bucket.Logits / bucket.Weight;
        var stream = Math.Clamp(TRule.StreamLogit(platt.Apply((float)logit)), -MaxLogit, MaxLogit);
        // As many examples as have the curvature: Prior / (p (1 - p)), of which p are positive.
        var (positives, negatives) = (Prior / Logistic.Sigmoid(-stream), Prior / Logistic.Sigmoid(stream));
        return new Block(bucket.Positives + positives, bucket.Negatives + negatives, logit, bucket.Weight);
    }

    /// <summary>Buckets that get the same correction.</summary>
    /// <param name="Positives">With what they begin with.</param>
    /// <param name="Negatives">With what they begin with.</param>
    /// <param name="Logit">The mean of their own examples.</param>
    /// <param name="Weight">Of their own examples.</param>
    private readonly record struct Block(double Positives, double Negatives, double Logit, double Weight)
    {
        // Products in place of quotients: both sides are finite and above 0.
        public bool IsBelow(in Block next) => Positives * next.Negatives < next.Positives * Negatives && Logit < next.Logit;

        public Block With(in Block next)
        {
            var weight = Weight + next.Weight;
            return new Block(
                Positives + next.Positives, Negatives + next.Negatives, Logit + (next.Logit - Logit) * (next.Weight / weight), weight);
        }
    }
}
