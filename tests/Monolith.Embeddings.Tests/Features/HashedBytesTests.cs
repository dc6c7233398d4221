using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tests.Hashing;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>Bytes become ids by XXH64 as it is published, so that any program can make the same ids.</summary>
public class HashedBytesTests
{
    private const ulong Prime32 = 2654435761;
    private const ulong Prime64 = 11400714785074694797;
    private const int LongestInput = 300;

    [TestCase(0, 0xEF46DB3751D8E999UL)]
    [TestCase(1, 0xE934A84ADB052768UL)]
    [TestCase(4, 0x9136A0DCA57457EEUL)]
    [TestCase(14, 0x8282DCC4994E35C8UL)]
    [TestCase(222, 0xB641AE8CB691C174UL)]
    public void Equals_the_sanity_check_of_the_reference(int length, ulong expected) =>
        Assert.That((ulong)FeatureId.OfBytes(SanityBuffer(length)), Is.EqualTo(expected));

    [Test]
    public void Equals_the_naive_form_at_every_length()
    {
        for (var length = 0; length <= LongestInput; length++)
        {
            var data = SanityBuffer(length);
            Assert.That((ulong)FeatureId.OfBytes(data), Is.EqualTo(NaiveXxHash64.Hash(data, seed: 0)), $"length {length}");
        }
    }

    private static byte[] SanityBuffer(int length)
    {
        var buffer = new byte[length];
        var generator = Prime32;
        for (var i = 0; i < length; i++)
        {
            buffer[i] = (byte)(generator >> 56);
            generator *= Prime64;
        }
        return buffer;
    }
}
