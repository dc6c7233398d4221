using Monolith.Embeddings.Kernels;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels;

/// <summary>Random weights, states and gradient of one length.</summary>
internal sealed class RuleData(Random random, int length)
{
    public float[] Weights { get; } = RandomFloats.Draw(random, length);

    public float[] First { get; } = RandomFloats.Draw(random, length, isPositive: true);

    public float[] Second { get; } = RandomFloats.Draw(random, length, isPositive: true);

    public float[] Gradient { get; } = RandomFloats.Draw(random, length);

    public (float[] Weights, float[] First, float[] Second) Scalar(IRuleRunner runner)
    {
        float[] w = [.. Weights], a = [.. First], b = [.. Second];
        runner.Run<ScalarLane>(w, a, b, Gradient);
        return (w, a, b);
    }

    public void AssertEqual(
        (float[] Weights, float[] First, float[] Second) expected, ReadOnlySpan<float> w, ReadOnlySpan<float> a, ReadOnlySpan<float> b, string what)
    {
        Assert.That(Bits.Of(w), Is.EqualTo(Bits.Of(expected.Weights)), $"weights, {what}");
        Assert.That(Bits.Of(a), Is.EqualTo(Bits.Of(expected.First)), $"first state, {what}");
        Assert.That(Bits.Of(b), Is.EqualTo(Bits.Of(expected.Second)), $"second state, {what}");
    }
}
