using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Segments;

public class FiniteCheckTests
{
    [Test]
    public void Finds_one_bad_value_at_any_place_of_any_length(
        [Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float bad)
    {
        using var guarded = new GuardedFloats(130);
        for (var length = 0; length <= 130; length++)
        {
            var span = guarded.Last(new float[length]);
            Assert.That(FiniteCheck.AllFinite(span), Is.True, $"zeros, length {length}");
            for (var place = 0; place < length; place++)
            {
                span[place] = bad;
                Assert.That(FiniteCheck.AllFinite(span), Is.False, $"length {length}, place {place}");
                Assert.That(FiniteCheck.AllFiniteScalar(span), Is.False, $"length {length}, place {place}");
                span[place] = 0;
            }
        }
    }

    [TestCase(float.MaxValue)]
    [TestCase(float.MinValue)]
    [TestCase(float.Epsilon)]
    [TestCase(-0f)]
    public void Passes_every_finite_value(float value)
    {
        var values = new float[67];
        values.AsSpan().Fill(value);
        Assert.That(FiniteCheck.AllFinite(values), Is.True);
    }

    [Test]
    public void Finds_every_NaN_whatever_its_payload()
    {
        foreach (var bits in new[] { 0x7F800001u, 0xFF800001u, 0x7FC00000u, 0xFFFFFFFFu })
        {
            var values = new float[16];
            values[9] = BitConverter.UInt32BitsToSingle(bits);
            Assert.That(FiniteCheck.AllFinite(values), Is.False, $"{bits:X8}");
        }
    }
}
