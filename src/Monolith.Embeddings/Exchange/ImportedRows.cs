using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Exchange;

/// <summary>What became of the rows of an import.</summary>
public readonly record struct ImportedRows
{
    /// <summary>How many rows the file had.</summary>
    public required long Read { get; init; }

    /// <summary>How many of them the table took; fewer where it was full, or where weights don't fit the precision that rows are stored
    /// in.</summary>
    public required long Written { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ImportedRows), PrintMembers);
}
