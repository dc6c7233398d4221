using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>What a batch held when it was read.</summary>
/// <param name="Examples">Its rows.</param>
/// <param name="Position">The position behind it.</param>
internal sealed record ReadBatch(IReadOnlyList<string> Examples, StreamPosition Position);
