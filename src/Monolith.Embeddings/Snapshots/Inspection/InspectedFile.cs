using System.Globalization;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A file of a commit as it was found. Immutable; thread-safe.</summary>
public sealed record InspectedFile
{
    /// <summary>What the manifest says of it.</summary>
    public required SnapshotFileEntry Entry { get; init; }

    /// <summary>What it holds of each table; empty where it cannot be read.</summary>
    public required IReadOnlyList<InspectedTable> Tables { get; init; }

    /// <summary>The bytes of its named sections, such as the dense model; empty where it cannot be read.</summary>
    public required IReadOnlyDictionary<string, long> Sections { get; init; }

    /// <summary>What is wrong with it; null where nothing is.</summary>
    public required SnapshotException? Problem { get; init; }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{nameof(InspectedFile)}: {Entry.Name}, {Entry.Length} bytes, {Tables.Count} tables, {Sections.Count} sections"
        + $"{(Problem is null ? "" : $"; {Problem.Message}")}");
}
