using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>A rule that depends on all that a context says, and on the order of the steps.</summary>
internal sealed class ContextRate : Optimizer
{
    public override string Name => "context";

    public override int StateLength(int dimension) => 1;

    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        state[0] = state[0] / 2 + context.Id + 10 * context.Step + 0.001f * context.Count;
        for (var i = 0; i < weights.Length; i++) weights[i] -= state[0] * gradient[i];
    }
}
