namespace Monolith.Embeddings.Kernels.Functions;

/// <summary>
/// What a stream of fake negatives means for a logit: each example is a negative at once, and a positive as well when the action comes.
/// With p the chance of the action, a row of the stream is positive with chance b = p / (1 + p) (Ktena et al. 2019).
/// </summary>
internal static class FakeNegatives
{
    // As far from 1 as a logit of 16.
    private const double LargestProbability = 1 - 1.1253516205509499e-7;

    /// <summary>p = b / (1 - b) = e^x, capped at 1, where x is the log-odds of b.</summary>
    public static float Calibrated(float logit) => logit >= 0 ? 1 : (float)Logistic.NegativeExp(logit);

    /// <summary>The log-odds of b, where x is those of p: ln p.</summary>
    public static float StreamLogit(float logit) => (float)-Logistic.LogLoss((double)logit, 1);

    /// <summary>The log-odds of p = b / (1 - b), the odds of a row of the stream; p is kept below 1.</summary>
    public static double LogitOfStreamOdds(double odds)
    {
        var p = Math.Min(odds, LargestProbability);
        return ExactMath.Log(p / (1 - p));
    }

    /// <summary>
    /// The gradient of the log-loss of a row by its logit, where positives weigh 1 + p and negatives (1 - p)(1 + p), with p =
    /// sigmoid(logit) as a constant: what is served, so without the offset.
    /// </summary>
    /// <param name="logit">x, the log-odds of p.</param>
    /// <param name="offset">What is added to it in training.</param>
    /// <param name="label">0 to 1; between them a share of a positive and one of a negative.</param>
    public static double WeightedGradient(double logit, double offset, double label)
    {
        var (p, trained) = (Logistic.Sigmoid(logit), logit + offset);
        // 1 - sigmoid(x) is sigmoid(-x), which keeps its digits.
        var negative = (1 - label) * Logistic.Sigmoid(-logit) * Logistic.Sigmoid(trained);
        return (1 + p) * (negative - label * Logistic.Sigmoid(-trained));
    }
}
