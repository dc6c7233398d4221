using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace TableRatios.BucketLayouts;

/// <summary>Rows as the table has them: a header of 16 bytes that begins with the key, the weights, the state.</summary>
internal readonly unsafe struct LayoutRows(byte* rows, int dimension)
{
    public const int HeaderBytes = 16;
    private const int Line = 64;

    private readonly int _stride = Stride(dimension);

    public int Dimension => dimension;

    public static int Stride(int dimension) => HeaderBytes + 2 * dimension * sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Key(int row) => *(long*)At(row);

    public void SetKey(int row, long key) => *(long*)At(row) = key;

    /// <summary>The weights, and behind them the state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Weights(int row) => (float*)(At(row) + HeaderBytes);

    /// <summary>Fetches the lines of a row up to its state or its end, as far as the table does: into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int row, bool withState)
    {
        if (!Sse.IsSupported) return;
        var start = At(row);
        var end = start + HeaderBytes + (withState ? 2 : 1) * dimension * sizeof(float);
        for (var line = (byte*)((nuint)start & ~(nuint)(Line - 1)); line < end; line += Line) Sse.Prefetch1(line);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* At(int row) => rows + (long)row * _stride;
}
