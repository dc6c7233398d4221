using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>An optimizer with any name.</summary>
internal sealed class NamedOptimizerOptions(string? name) : OptimizerOptions
{
    public override Optimizer Create() => new Named(name);

    private sealed class Named(string? name) : Optimizer
    {
        public override string Name => name!;

        public override int StateLength(int dimension) => 0;

        public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state)
        {
        }

        public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
        {
        }
    }
}
