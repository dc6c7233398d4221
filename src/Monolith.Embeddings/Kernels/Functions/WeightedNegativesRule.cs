namespace Monolith.Embeddings.Kernels.Functions;

/// <summary>Log-loss weighted by the model's own prediction: the stream holds fake negatives, and the logit is the truth's.</summary>
internal readonly struct WeightedNegativesRule : IFeedbackRule
{
    public static double Gradient(double logit, double offset, double label) => FakeNegatives.WeightedGradient(logit, offset, label);

    public static float StreamLogit(float logit) => FakeNegatives.StreamLogit(logit);

    public static double LogitOfStreamOdds(double odds) => FakeNegatives.LogitOfStreamOdds(odds);
}
