namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>Behind which change each array of a sampler was at a batch, see <see cref="VersionedArray{T}.End"/>.</summary>
internal readonly record struct SamplerPlaces(long Items, long Blocks, long Users, long UserItems, long RequestItems);
