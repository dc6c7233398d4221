using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>What a file holds of a table. Immutable; thread-safe.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Removed">How many ids that lost their row; 0 in a full.</param>
/// <param name="RowBytes">The bytes of a row in the file.</param>
public sealed record InspectedTable(string Name, long Rows, long Removed, int RowBytes)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(InspectedTable), PrintMembers);
}
