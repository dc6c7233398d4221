namespace Monolith.Embeddings.Kernels.Functions;

/// <summary>
/// The loss of one row of a softmax, and its slopes. Computed in double precision, first column to last, of + - x / and fused multiply-add
/// alone, so that it has the same bits on every machine.
/// </summary>
internal static class SoftmaxRow
{
    /// <summary>A greater scale says that a weight is absurd.</summary>
    public const float LargestScale = 1e9f;

    /// <summary>
    /// The loss -ln p(positive), with p_j = e^l_j / (sum of all e^l). A logit of negative infinity has no part in it.
    /// </summary>
    /// <param name="logits">
    /// l; receives the scaled gradients, p_j - 1 of the positive and p_j of the others, or zeros where there is no loss.
    /// </param>
    /// <param name="positive">The column of the positive.</param>
    /// <param name="scale">What the gradients are multiplied by, at least 0.</param>
    /// <returns>
    /// The loss in nats; NaN where a logit is NaN or infinite, the positive's is not finite, or the scale is absurd.
    /// </returns>
    public static float ToGradient(Span<float> logits, int positive, float scale)
    {
        var gap = Largest(logits) - (double)logits[positive];
        if (!double.IsFinite(gap) || !(scale <= LargestScale))
        {
            logits.Clear();
            return float.NaN;
        }
        var (largest, others) = (logits[positive] + gap, 0.0);
        for (var j = 0; j < logits.Length; j++)
        {
            if (j == positive) continue;
            var power = Logistic.NegativeExp(logits[j] - largest);
            others += power;
            logits[j] = (float)power;
        }
        var own = Logistic.NegativeExp(-gap);
        var total = others + own;
        var factor = scale / total;
        for (var j = 0; j < logits.Length; j++) logits[j] = (float)(logits[j] * factor);
        // p - 1 would lose its digits where p is nearly 1.
        logits[positive] = -(float)(others * factor);
        return (float)(gap == 0 && others <= 1 ? Logistic.LogOnePlus(others) : gap + ExactMath.Log(total));
    }

    // NaN and positive infinity win.
    private static double Largest(ReadOnlySpan<float> logits)
    {
        var largest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            if (float.IsNaN(logit)) return double.NaN;
            if (logit > largest) largest = logit;
        }
        return largest;
    }
}
