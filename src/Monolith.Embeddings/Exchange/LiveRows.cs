using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Exchange;

/// <summary>The rows of a table that others go on using.</summary>
internal sealed class LiveRows(EmbeddingTable table) : TableRows
{
    public override IReadOnlyList<SegmentTraits> Segments => table.Traits.Segments;

    public override bool IdsCarrySlots => table.Traits.IdsCarrySlots;

    public override void ForEach(RowChunkAction action, CancellationToken cancellationToken)
    {
        using var rows = table.EnumerateRows(RowsAtOnce);
        foreach (var chunk in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!action(chunk)) return;
        }
    }
}
