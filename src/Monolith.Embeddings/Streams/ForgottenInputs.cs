namespace Monolith.Embeddings.Streams;

/// <summary>What sources removed of forgotten ids.</summary>
/// <param name="LoggedExamples">Examples of an example log.</param>
/// <param name="Impressions">Impressions of a joiner, open or remembered.</param>
/// <param name="SampledEntries">Items, users and remembered items of users of a negative sampler.</param>
internal readonly record struct ForgottenInputs(long LoggedExamples, long Impressions, long SampledEntries)
{
    public static ForgottenInputs operator +(ForgottenInputs left, ForgottenInputs right) => new(
        left.LoggedExamples + right.LoggedExamples, left.Impressions + right.Impressions, left.SampledEntries + right.SampledEntries);
}
