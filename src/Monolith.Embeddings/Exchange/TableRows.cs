using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Exchange;

/// <summary>The rows of a table, wherever they are, to be gone through once.</summary>
internal abstract class TableRows
{
    private const int ChunkBytes = 1 << 20, MostRows = 4096;

    /// <summary>The segments of a row in their order.</summary>
    public abstract IReadOnlyList<SegmentTraits> Segments { get; }

    /// <summary>Whether ids pack a slot.</summary>
    public abstract bool IdsCarrySlots { get; }

    /// <summary>How many weights a row has.</summary>
    public int Dimension => Segments.Sum(s => s.Dimension);

    /// <summary>How many rows to hand over at once, so that memory is bounded.</summary>
    protected int RowsAtOnce => Math.Clamp(ChunkBytes / (Dimension * sizeof(float)), 1, MostRows);

    /// <summary>Hands over all rows, until no more are wanted.</summary>
    /// <param name="action">Takes them.</param>
    /// <param name="cancellationToken">Asked between chunks.</param>
    public abstract void ForEach(RowChunkAction action, CancellationToken cancellationToken);
}
