namespace Monolith.Embeddings.Kernels;

/// <summary>The arithmetic of one optimizer step that looks at a row as a whole; its fields are the step's constants.</summary>
internal interface IRowRule
{
    /// <param name="weights">[dimension].</param>
    /// <param name="state">As long as the rule needs it, which the optimizer has seen to.</param>
    /// <param name="gradient">[dimension].</param>
    void Step<TLane>(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane>;
}
