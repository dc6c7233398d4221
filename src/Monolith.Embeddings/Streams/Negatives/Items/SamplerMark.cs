using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>Where a sampler was when it had yielded the batch of a position.</summary>
/// <param name="Position">The position.</param>
/// <param name="Version">The number of the batch.</param>
/// <param name="Places">The places of the arrays.</param>
/// <param name="Frontier">The numbers.</param>
internal readonly record struct SamplerMark(
    StreamPosition Position, long Version, SamplerPlaces Places, SamplerFrontier Frontier);
