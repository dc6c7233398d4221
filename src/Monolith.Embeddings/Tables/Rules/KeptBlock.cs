using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>
/// Room for a few rows as they were before a block of them took its steps, so that a step that made a number infinite, or none, can be
/// taken back. Small enough to stay in the first-level cache. Each thread keeps one.
/// </summary>
internal sealed unsafe class KeptBlock : IDisposable
{
    // 16 KB.
    private const int MostFloats = 4096;
    private const int LineFloats = 16;

    [ThreadStatic]
    private static KeptBlock? _idle;

    private readonly PinnedBuffer<float> _floats = new();
    private int _reserved;

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
        var kept = _idle ?? new KeptBlock();
        _idle = null;
        kept.Reserve(layout.FloatCount);
        return kept;
    }

    /// <summary>Where a row is kept.</summary>
    public float* At(int row) => First + row * Stride;

    /// <summary>Gives it back to the thread.</summary>
    public void Dispose() => _idle = this;

    private void Reserve(int rowFloats)
    {
        var stride = (rowFloats + LineFloats - 1) / LineFloats * LineFloats;
        (Stride, MostRows) = (stride, Math.Clamp(MostFloats / stride, 1, RowUpdates.MaxRows));
        var needed = stride * MostRows + LineFloats;
        if (needed > _reserved) _floats.Reserve(_reserved = needed);
    }
}
