namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>Where one row of <see cref="SegmentRows"/> is kept as it was.</summary>
/// <param name="weights">The first weight.</param>
/// <param name="state">The first float of state.</param>
internal readonly unsafe struct KeptPlace(float* weights, float* state)
{
    public readonly float* Weights = weights, State = state;
}
