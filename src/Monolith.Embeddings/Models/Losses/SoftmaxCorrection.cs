namespace Monolith.Embeddings.Models;

/// <summary>
/// How a softmax over sampled items corrects for items that are sampled more often than others. s is the score, Q(i) the probability with
/// which a draw gives item i, k the number of draws.
/// </summary>
public enum SoftmaxCorrection
{
    /// <summary>s - ln Q(i) for the positive and the negatives (Yi et al. 2019).</summary>
    AllLogits,

    /// <summary>
    /// s of the positive, which was not drawn, and s - ln(k Q(i)) of the negatives, so that the sum over them is without bias that over all
    /// other items. Its gradient is that of the loss over the negatives alone, weighted by 1 - p(positive) without a gradient through the
    /// weight (arXiv 2507.09331).
    /// </summary>
    NegativesOnly,
}
