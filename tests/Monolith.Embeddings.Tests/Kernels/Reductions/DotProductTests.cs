using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Reductions;

public unsafe class DotProductTests
{
    [Test]
    public void All_widths_give_the_same_bits_and_nothing_beside_the_row_is_read([Range(1, 50)] int dimension)
    {
        var random = new Random(dimension);
        // What stands around the row would make the sum no number.
        float[] around = [.. Enumerable.Repeat(float.NaN, dimension + 32)];
        float[] query = [.. Enumerable.Range(0, dimension).Select(_ => random.NextSingle() - 0.5f)];
        for (var i = 0; i < dimension; i++) around[16 + i] = random.NextSingle() - 0.5f;
        var packed = new float[DotProduct.PackedLength(dimension)];
        DotProduct.Pack(query, packed);
        fixed (float* row = &around[16], q = packed)
        {
            float[] sums =
            [
                DotProduct.Of(row, q, dimension),
                DotProduct.Of<Lane512>(row, q, dimension),
                DotProduct.Of<LanePair<Lane256>>(row, q, dimension),
                DotProduct.Of<LanePair<LanePair<Lane128>>>(row, q, dimension),
                DotProduct.Of<LanePair<LanePair<LanePair<LanePair<ScalarLane>>>>>(row, q, dimension),
            ];
            Assert.That(Bits.Of(sums).Distinct().Count(), Is.EqualTo(1), string.Join(' ', sums));
            var exact = query.Select((value, i) => (double)value * around[16 + i]).Sum();
            Assert.That(sums[0], Is.EqualTo(exact).Within(1e-6 * dimension));
        }
    }
}
