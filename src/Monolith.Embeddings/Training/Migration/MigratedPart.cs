using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>What became of one part of a commit by a <see cref="SchemaMigration"/>. Immutable; thread-safe.</summary>
public sealed record MigratedPart
{
    /// <summary>What it is.</summary>
    public required MigratedPartKind Kind { get; init; }

    /// <summary>Its name: of a segment <c>table/segment</c>, of a section the section's.</summary>
    public required string Name { get; init; }

    /// <summary>What became of it.</summary>
    public required MigrationOutcome Outcome { get; init; }

    /// <summary>Why, where it was not simply kept; else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>
    /// How many rows of a table there are now, ids that a filter counts, or numbers of a dense section that were kept; null where that is
    /// of no meaning.
    /// </summary>
    public long? Rows { get; init; }

    /// <summary>How many bytes they take in the commit; null where that is of no meaning.</summary>
    public long? Bytes { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(MigratedPart), PrintMembers);
}
