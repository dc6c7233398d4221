using Microsoft.Extensions.Options;

namespace Monolith.Embeddings.Streams;

/// <summary>Adds negatives to streams that have positives alone.</summary>
public static class NegativeSampling
{
    /// <summary>This source, with negatives drawn for each positive: see <see cref="NegativeSampler"/>.</summary>
    /// <param name="source">What has positives alone.</param>
    /// <param name="options">Which negatives are drawn. Copied: later changes do not reach the sampler.</param>
    /// <returns>The source to train from.</returns>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static NegativeSampler WithNegatives(this ExampleSource source, NegativeSamplerOptions options) => new(source, options);
}
