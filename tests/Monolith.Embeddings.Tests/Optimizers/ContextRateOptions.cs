using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>A <see cref="ContextRate"/>.</summary>
internal sealed class ContextRateOptions : OptimizerOptions
{
    public override Optimizer Create() => new ContextRate();
}
