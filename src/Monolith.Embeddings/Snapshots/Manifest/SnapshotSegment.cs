using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A piece of an incremental section: bytes that are written once, and belong to every commit from the one that appends it to the one
/// before that which drops it. Immutable; thread-safe.
/// </summary>
public sealed record SnapshotSegment
{
    /// <summary>The incremental section: a name without a slash, of 1 to 256 bytes in UTF-8.</summary>
    public required string Section { get; init; }

    /// <summary>
    /// What tells it from the other segments of its section that live: 1 to 256 bytes in UTF-8. Chosen by its writer, such as a bucket of
    /// time.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Its file. Longer than the bytes that were written, which it frames.</summary>
    public required SnapshotFileEntry File { get; init; }

    /// <summary>What no two segments that live share.</summary>
    internal (string Section, string Name) Key => (Section, Name);

    /// <summary>What it is, for messages.</summary>
    internal string Text => $"segment '{Name}' of section '{Section}' in file '{File.Name}'";

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotSegment), PrintMembers);
}
