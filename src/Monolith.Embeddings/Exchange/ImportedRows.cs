using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Exchange;

/// <summary>What became of the rows of an import.</summary>
/// <param name="Read">How many rows the file had.</param>
/// <param name="Written">How many of them the table took; fewer where it was full, or where weights don't fit the precision that rows are stored in.</param>
public readonly record struct ImportedRows(long Read, long Written)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ImportedRows), PrintMembers);
}
