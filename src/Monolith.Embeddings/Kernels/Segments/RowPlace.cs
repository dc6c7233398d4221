namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>Where one row of <see cref="SegmentRows"/> lies. No more than four fields, or the compiler keeps it in memory.</summary>
/// <param name="weights">Its first weight.</param>
/// <param name="state">Its first float of state.</param>
/// <param name="gradient">The first float of its gradient.</param>
internal readonly unsafe struct RowPlace(float* weights, float* state, float* gradient)
{
    public readonly float* Weights = weights, State = state, Gradient = gradient;
}
