namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>Where bytes lie in <see cref="ByteChunks"/>.</summary>
/// <param name="Chunk">The chunk's index.</param>
/// <param name="Offset">Where they begin in it.</param>
/// <param name="Length">How many they are.</param>
internal readonly record struct ChunkPlace(int Chunk, int Offset, int Length);
