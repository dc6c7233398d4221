namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>A row under a rule in double precision: takes gradients, holds the weights.</summary>
internal abstract class RowOracle(float[] weights)
{
    public double[] Weights { get; } = [.. weights.Select(w => (double)w)];

    public abstract void Step(float[] gradient);

    protected static double Norm(double[] values) => Math.Sqrt(values.Sum(v => v * v));
}
