using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>What a thread needs to pass over the rows of a part.</summary>
internal sealed class ScanBuffers
{
    private readonly PinnedBuffer<float> _row = new();
    private int _dimension;

    /// <summary>Where it stands among the rows of a stripe.</summary>
    public RowCursor Cursor { get; private set; } = new();

    /// <summary>Room for the weights of a row that are not stored as floats.</summary>
    public unsafe float* Row(int dimension)
    {
        if (dimension > _dimension) _row.Reserve(_dimension = dimension);
        return _row.Pointer;
    }

    /// <summary>Ends a pass that did not come to its end: its stripe would keep in step with it forever.</summary>
    public void Abandon()
    {
        Cursor.Abandon();
        Cursor = new RowCursor();
    }
}
