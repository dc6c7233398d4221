namespace Monolith.Embeddings.Kernels;

/// <summary>Where one row of <see cref="SegmentRows"/> lies.</summary>
/// <param name="weights">Its first weight.</param>
/// <param name="state">Its first float of state.</param>
/// <param name="gradient">The first float of its gradient.</param>
/// <param name="keptWeights">Where its weights go before they change; means nothing where rows are not kept.</param>
/// <param name="keptState">Where its state goes before it changes; as well.</param>
internal readonly unsafe struct RowPlace(float* weights, float* state, float* gradient, float* keptWeights, float* keptState)
{
    public readonly float* Weights = weights, State = state, Gradient = gradient, KeptWeights = keptWeights, KeptState = keptState;

    public RowPlace(float* weights, float* state, float* gradient)
        : this(weights, state, gradient, null, null)
    {
    }
}
