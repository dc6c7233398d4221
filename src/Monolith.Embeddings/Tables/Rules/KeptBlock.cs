using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>
/// Room for the rows of a block beside the table, as floats: as they were before they took their steps, so that a step that made a number
/// infinite, or none, can be taken back; or, where rows are not in full precision, unpacked, with room for what they are packed into. Small
/// enough to stay in the first-level cache. Each thread keeps one.
/// </summary>
internal sealed unsafe class KeptBlock : IDisposable
{
    // 16 KB.
    private const int MostFloats = 4096;
    private const int LineFloats = 16;

    [ThreadStatic]
    private static KeptBlock? _idle;

    private readonly PinnedBuffer<float> _floats = new();
    private readonly PinnedBuffer<byte> _packed = new();
    private int _reserved, _reservedBytes, _rowBytes;

    private KeptBlock()
    {
    }

    /// <summary>How many rows there is room for, at least 1.</summary>
    public int MostRows { get; private set; }

    /// <summary>The distance of two rows, in floats.</summary>
    public nint Stride { get; private set; }

    /// <summary>The first row, at the start of a cache line.</summary>
    public float* First => (float*)(((nint)_floats.Pointer + LineFloats * sizeof(float) - 1) & -(LineFloats * sizeof(float)));

    /// <summary>Room for rows of a layout. A plug-in may use another table meanwhile, which gets another one.</summary>
    public static KeptBlock Rent(RowLayout layout)
    {
        var room = _idle ?? new KeptBlock();
        _idle = null;
        room.Reserve(layout);
        return room;
    }

    /// <summary>A row, as floats.</summary>
    public float* At(int row) => First + row * Stride;

    /// <summary>What a row is packed into. Where rows are not in full precision.</summary>
    public Row Packed(int row) => new(_packed.Pointer + (nint)row * _rowBytes);

    /// <summary>Gives it back to the thread.</summary>
    public void Dispose() => _idle = this;

    private void Reserve(RowLayout layout)
    {
        var stride = (layout.FloatCount + LineFloats - 1) / LineFloats * LineFloats;
        (Stride, MostRows, _rowBytes) = (stride, Math.Clamp(MostFloats / stride, 1, RowUpdates.MaxRows), layout.RowBytes);
        var needed = stride * MostRows + LineFloats;
        if (needed > _reserved) _floats.Reserve(_reserved = needed);
        var bytes = layout.IsPlain ? 0 : _rowBytes * MostRows;
        if (bytes > _reservedBytes) _packed.Reserve(_reservedBytes = bytes);
    }
}
