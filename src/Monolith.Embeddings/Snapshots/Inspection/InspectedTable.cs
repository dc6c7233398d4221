using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>What a file holds of a table. Immutable; thread-safe.</summary>
public sealed record InspectedTable
{
    /// <summary>The table's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many rows.</summary>
    public required long Rows { get; init; }

    /// <summary>How many ids that lost their row; 0 in a full.</summary>
    public required long Removed { get; init; }

    /// <summary>The bytes of a row in the file.</summary>
    public required int RowBytes { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(InspectedTable), PrintMembers);
}
