using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>What a commit holds beside the tables, between two batches.</summary>
/// <param name="Sections">Bytes by name.</param>
/// <param name="Position">Where the stream goes on.</param>
/// <param name="Source">The state of the source there; null where it has none.</param>
/// <param name="IsHeld">Whether the commit is held back from replicas.</param>
/// <param name="Catalogue">The texts of ids, with the number of the newest change in them; null where the trainer has none.</param>
internal readonly record struct CapturedState(
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections, StreamPosition Position, SourceState? Source, bool IsHeld,
    (byte[] Bytes, long Version)? Catalogue = null);
