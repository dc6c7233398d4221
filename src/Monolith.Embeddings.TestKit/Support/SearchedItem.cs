using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>An item whose row is asked for by a query, or stands in the rows of a batch.</summary>
/// <param name="slot">The slot that is searched for.</param>
/// <param name="row">The item's row, as its table has it.</param>
/// <param name="isThere">Whether the batch has the item in each row; else the slot is empty.</param>
internal sealed class SearchedItem(FeatureSlot slot, float[] row, bool isThere)
{
    public const long Id = 77;

    public FeatureSlot Slot => slot;

    public bool IsThere => isThere;

    /// <summary>Fills the slot's columns of one row.</summary>
    public void Fill(Span<float> bag, SegmentColumns columns)
    {
        if (isThere) row.AsSpan(columns.RowOffset, columns.Dimension).CopyTo(bag);
    }
}
