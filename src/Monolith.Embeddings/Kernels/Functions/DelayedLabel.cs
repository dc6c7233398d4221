namespace Monolith.Embeddings.Kernels.Functions;

/// <summary>
/// The loss of a label that may still come (Chapelle 2014), and its slopes. An action comes with the chance p = sigmoid(s), and its delay
/// is exponential with the rate L = e^r. A positive has waited d: -ln p - ln L + L d. A negative has waited e: -ln(1 - p + p e^(-L e)).
/// Made of + - x / and fused multiply-add alone; no logit overflows or loses the digits of a small loss.
/// </summary>
/// <param name="Loss">In nats.</param>
/// <param name="ByLogit">The slope by s.</param>
/// <param name="ByRate">The slope by r.</param>
internal readonly record struct DelayedLabel(double Loss, double ByLogit, double ByRate)
{
    /// <param name="logit">s.</param>
    /// <param name="logRate">r, of a unit of time.</param>
    /// <param name="label">0 to 1; between them a share of a positive and one of a negative.</param>
    /// <param name="delay">d or e, at least 0, in that unit.</param>
    public static DelayedLabel Of(double logit, double logRate, double label, double delay)
    {
        var waited = delay == 0 ? 0 : ExactMath.Exp(logRate) * delay;
        if (label == 1) return Positive(logit, logRate, waited);
        var negative = Negative(logit, waited);
        if (label == 0) return negative;
        var positive = Positive(logit, logRate, waited);
        return new(
            label * positive.Loss + (1 - label) * negative.Loss,
            label * positive.ByLogit + (1 - label) * negative.ByLogit,
            label * positive.ByRate + (1 - label) * negative.ByRate);
    }

    private static DelayedLabel Positive(double logit, double logRate, double waited) =>
        new(Logistic.LogLoss(logit, 1) - logRate + waited, -Logistic.Sigmoid(-logit), waited - 1);

    private static DelayedLabel Negative(double logit, double waited)
    {
        // The chance that what has not come by now would come later is sigmoid(s - x), x = L e.
        var (p, gone) = (Logistic.Sigmoid(logit), OneMinusNegativeExp(waited));
        var slope = p * gone * Logistic.Sigmoid(waited - logit);
        var byRate = double.IsPositiveInfinity(waited) ? 0 : waited * Logistic.Sigmoid(logit - waited);
        return new(NegativeLoss(logit, waited, p * gone), slope, byRate);
    }

    // With u = p (1 - e^-x), -ln(1 - u) = ln(1 + u / (1 - u)) keeps the digits of a small u, and the sum of two powers those of a large
    // one.
    private static double NegativeLoss(double logit, double waited, double come)
    {
        if (!(come >= 0.5)) return Logistic.LogOnePlus(come / (1 - come));
        var (never, later) = (-Logistic.LogLoss(logit, 0), -Logistic.LogLoss(logit, 1) - waited);
        var (larger, smaller) = never > later ? (never, later) : (later, never);
        return -larger - Logistic.LogOnePlus(Logistic.NegativeExp(smaller - larger));
    }

    /// <summary>1 - e^-x for x at least 0.</summary>
    internal static double OneMinusNegativeExp(double value)
    {
        if (!(value < 0.5)) return 1 - Logistic.NegativeExp(-value);
        // x (1 - x/2 (1 - x/3 (...))), whose 16th term is below 1e-18 of the first.
        var sum = 1.0;
        for (var term = 16; term >= 2; term--) sum = 1 - sum * value / term;
        return value * sum;
    }
}
