using Monolith.Embeddings.Kernels.Halves;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Halves;

public class AffineCodesTests
{
    [Test]
    public void Every_length_equals_the_scalar_form_to_the_bit()
    {
        var random = new Random(21);
        for (var length = 0; length <= 130; length++)
        {
            var values = RandomFloats.Draw(random, length);
            var (smallest, largest) = AffineCodes.Range(values);
            if (length > 0) Assert.That((smallest, largest), Is.EqualTo((values.Min() + 0f, values.Max() + 0f)));
            var step = AffineCodes.Step(smallest, largest);
            byte[] codes = new byte[length], scalarCodes = new byte[length];
            AffineCodes.Encode(values, smallest, step, codes);
            if (step > 0) AffineCodes.EncodeScalar(values, smallest, step, scalarCodes, 0);
            Assert.That(codes, Is.EqualTo(scalarCodes), $"length {length}");
            float[] decoded = new float[length], scalar = new float[length];
            AffineCodes.Decode(codes, smallest, step, decoded);
            AffineCodes.DecodeScalar(codes, smallest, step, scalar, 0);
            Assert.That(Bits.Of(decoded), Is.EqualTo(Bits.Of(scalar)), $"length {length}");
        }
    }
}
