namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>One row of A, and B.</summary>
/// <param name="a">The row, at its first k.</param>
/// <param name="aStride">From one k to the next.</param>
/// <param name="b">[depth, columns].</param>
/// <param name="bStride">From a row of B to the next.</param>
/// <param name="depth">How many k.</param>
internal readonly unsafe struct RowOperands(float* a, nint aStride, float* b, nint bStride, int depth)
{
    public float* A { get; } = a;

    public nint AStride { get; } = aStride;

    public float* B { get; } = b;

    public nint BStride { get; } = bStride;

    public int Depth { get; } = depth;
}
