using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>A row of one optimizer on its own.</summary>
internal sealed class OptimizerSteps
{
    private readonly Optimizer _optimizer;
    private long _step;

    public OptimizerSteps(Optimizer optimizer, params float[] weights)
    {
        _optimizer = optimizer;
        Weights = [.. weights];
        State = new float[optimizer.StateLength(weights.Length)];
        State.AsSpan().Fill(float.NaN); // "holds anything before"
        optimizer.InitializeState(Weights, State);
    }

    public float[] Weights { get; }

    public float[] State { get; }

    public OptimizerSteps Step(params float[] gradient)
    {
        _optimizer.Apply(Weights, State, gradient, new OptimizerContext(1, _step++, 1));
        return this;
    }

    /// <summary>Checks the only weight after each of some gradients.</summary>
    public void AssertPath((float Gradient, double Weight)[] path, double within)
    {
        foreach (var (gradient, weight) in path)
        {
            Step(gradient);
            Assert.That(Weights[0], Is.EqualTo(weight).Within(within), $"after step {_step}, gradient {gradient}");
        }
    }
}
