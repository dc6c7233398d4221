// docs/guide/delayed-feedback.md shows what stands between the two marks, to the letter; DelayedFeedbackPageTests holds that.
// <page>
using Monolith.Embeddings.Training;

public static class DealRates
{
    /// <summary>Purchases by offers seen, of a stream of fake negatives: what should be served on average.</summary>
    public static double TrueRate(MetricsSummary stream) => stream.PositiveRate / (1 - stream.PositiveRate);
}
// </page>
