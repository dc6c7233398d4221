using Monolith.Embeddings.Kernels.Gradients;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Gradients;

/// <summary>What is done to gradients before an optimizer sees them has the same bits at every width.</summary>
public class GradientKernelTests
{
    private const int Longest = 130;

    [Test]
    public void Squared_norms_and_scales_equal_their_scalar_forms_to_the_bit()
    {
        var random = new Random(1);
        using GuardedFloats values = new(Longest), scaled = new(Longest);
        for (var length = 0; length <= Longest; length++)
        {
            var drawn = Drawn(random, length);
            var given = values.Last(drawn);
            var result = scaled.Last(new float[length]);
            Assert.That(SquaredNorm.Wide(given), Is.EqualTo(SquaredNorm.Scalar(drawn)), $"length {length}");
            Assert.That(SquaredNorm.Of(given), Is.EqualTo(drawn.Sum(v => (double)v * v)).Within(1e-12).Percent, $"length {length}");
            PreciseScale.Run(given, 1e-41, result);
            Assert.That(Bits.Of(result), Is.EqualTo(Bits.Of([.. drawn.Select(v => (float)(v * 1e-41))])), $"length {length}");
            scaled.AssertUntouched(length);
        }
    }

    [Test]
    public void Clipped_values_are_in_the_limits_at_every_length()
    {
        var random = new Random(2);
        using GuardedFloats values = new(Longest), clipped = new(Longest);
        for (var length = 0; length <= Longest; length++)
        {
            var drawn = Drawn(random, length);
            var given = values.Last(drawn);
            var result = clipped.Last(new float[length]);
            ValueClip.Run(given, 0.5f, result);
            Assert.That(Bits.Of(result), Is.EqualTo(Bits.Of([.. drawn.Select(v => Math.Clamp(v, -0.5f, 0.5f))])), $"length {length}");
            Assert.That(ValueClip.IsExceeded(given, 0.5f), Is.EqualTo(drawn.Any(v => Math.Abs(v) > 0.5f)), $"length {length}");
            clipped.AssertUntouched(length);
        }
    }

    [Test]
    public void Compensated_gradients_equal_the_scalar_form_and_stay_finite()
    {
        var random = new Random(3);
        using GuardedFloats gradient = new(Longest), weights = new(Longest), reads = new(Longest), result = new(Longest);
        for (var length = 0; length <= Longest; length++)
        {
            var (g, w, r) = (Drawn(random, length), Drawn(random, length), Drawn(random, length));
            if (length > 2) (w[length / 2], r[length - 1]) = (float.NaN, float.NegativeInfinity);
            var expected = new float[length];
            GradientDelay.Compensate<ScalarLane>(0.3f, g, w, r, expected, 0);
            var actual = result.Last(new float[length]);
            GradientDelay.Compensate(0.3f, gradient.Last(g), weights.Last(w), reads.Last(r), actual);
            Assert.That(Bits.Of(actual), Is.EqualTo(Bits.Of(expected)), $"length {length}");
            Assert.That(FiniteCheck.AllFinite(actual), $"length {length}");
            result.AssertUntouched(length);
        }
    }

    private static float[] Drawn(Random random, int length)
    {
        var values = RandomFloats.Draw(random, length);
        for (var i = 0; i < length; i += 5) values[i] = (random.Next(2) * 2 - 1) * 1e30f * random.NextSingle();
        return values;
    }
}
