namespace Monolith.Embeddings.Kernels.Functions;

/// <summary>Log-loss: the logit is the log-odds of what the stream holds.</summary>
internal readonly struct LogLossRule : IFeedbackRule
{
    public static double Gradient(double logit, double offset, double label) => Logistic.Sigmoid(logit + offset) - label;

    public static float StreamLogit(float logit) => logit;

    public static double LogitOfStreamOdds(double odds) => ExactMath.Log(odds);
}
