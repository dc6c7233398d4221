using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

/// <summary>Random weights, states and gradient of one length.</summary>
internal sealed class RuleData(Random random, int length, int states)
{
    public float[] Weights { get; } = RandomFloats.Draw(random, length);

    /// <summary>One after the other.</summary>
    public float[] States { get; } = RandomFloats.Draw(random, states * length, isPositive: true);

    public float[] Gradient { get; } = RandomFloats.Draw(random, length);

    public (float[] Weights, float[] States) Scalar(IRuleRunner runner) => Run<ScalarLane>(runner, out _);

    public (float[] Weights, float[] States) Run<TLane>(IRuleRunner runner, out int stop)
        where TLane : unmanaged, ILane<TLane>
    {
        float[] weights = [.. Weights], states = [.. States];
        stop = runner.Run<TLane>(weights, states, Gradient);
        return (weights, states);
    }

    public static void AssertEqual(
        (float[] Weights, float[] States) expected, ReadOnlySpan<float> weights, ReadOnlySpan<float> states, string what)
    {
        Assert.That(Bits.Of(weights), Is.EqualTo(Bits.Of(expected.Weights)), $"weights, {what}");
        Assert.That(Bits.Of(states), Is.EqualTo(Bits.Of(expected.States)), $"states, {what}");
    }
}
