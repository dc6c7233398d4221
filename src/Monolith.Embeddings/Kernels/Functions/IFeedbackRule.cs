namespace Monolith.Embeddings.Kernels.Functions;

/// <summary>What the labels of a stream mean for a model's logit; a loop over it is compiled for each rule by itself.</summary>
internal interface IFeedbackRule
{
    /// <summary>The gradient of a row's loss by its logit, before the row's weight.</summary>
    /// <param name="logit">The logit that is served.</param>
    /// <param name="offset">What is added to it in training.</param>
    /// <param name="label">0 to 1.</param>
    static abstract double Gradient(double logit, double offset, double label);

    /// <summary>The log-odds that a row of the stream is positive.</summary>
    static abstract float StreamLogit(float logit);

    /// <summary>The logit that is served where a row of the stream is positive with these odds, which are above 0.</summary>
    static abstract double LogitOfStreamOdds(double odds);
}
