using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>What a commit holds beside the tables, between two batches.</summary>
/// <param name="Sections">Bytes by name.</param>
/// <param name="Position">Where the stream goes on.</param>
internal readonly record struct CapturedState(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections, StreamPosition Position);
