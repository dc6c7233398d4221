namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>One weight under a rule in double precision: takes gradients, holds the weight.</summary>
internal abstract class OptimizerOracle(double weight)
{
    public double Weight { get; protected set; } = weight;

    public abstract void Step(double gradient);
}
