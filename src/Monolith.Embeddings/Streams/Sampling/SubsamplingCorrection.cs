namespace Monolith.Embeddings.Streams;

/// <summary>How training corrects for the examples that subsampling dropped.</summary>
public enum SubsamplingCorrection
{
    /// <summary>
    /// Adds ln(pi of a positive / pi of a negative) to the task's logit offset in every example that is kept: the model learns the log-odds
    /// of the whole stream, and serves them. The smaller variance where the model can fit the truth (Wang, Zhang and Wang 2021).
    /// </summary>
    LogitOffset,

    /// <summary>
    /// Multiplies the weight of an example that is kept by 1 / pi. Right for every task and every loss, also where the model cannot fit the
    /// truth; with the larger variance.
    /// </summary>
    Weight,
}
