using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Exchange;

/// <summary>Takes some rows.</summary>
/// <param name="chunk">The rows; valid during the call alone.</param>
/// <returns>Whether more are wanted.</returns>
internal delegate bool RowChunkAction(RowChunk chunk);
