using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A file of a commit as it was found. Immutable; thread-safe.</summary>
/// <param name="Entry">What the manifest says of it.</param>
/// <param name="Tables">What it holds of each table; empty where it cannot be read.</param>
/// <param name="Sections">The bytes of its named sections, such as the dense model; empty where it cannot be read.</param>
/// <param name="Problem">What is wrong with it; null where nothing is.</param>
public sealed record InspectedFile(
    SnapshotFileEntry Entry, IReadOnlyList<InspectedTable> Tables, IReadOnlyDictionary<string, long> Sections, SnapshotException? Problem)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(InspectedFile), PrintMembers);
}
