using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Tests.Hashing;

/// <summary>Against the definition, a bit at a time.</summary>
public sealed class Crc32CTests
{
    // RFC 3720, appendix B.4, and the check value of the catalogues.
    [TestCase("313233343536373839", 0xE3069283u)]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AAu)]
    [TestCase("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43u)]
    [TestCase("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794Eu)]
    public void Published_values_are_met(string hexadecimal, uint expected) =>
        Assert.That(Crc32C.Hash(Convert.FromHexString(hexadecimal)), Is.EqualTo(expected));

    [Test]
    public void Every_length_gives_what_the_definition_gives()
    {
        var bytes = Bytes(13_000);
        foreach (var length in Enumerable.Range(0, 70).Concat(Enumerable.Range(4080, 60)).Append(12_288).Append(13_000))
            Assert.That(Crc32C.Hash(bytes.AsSpan(0, length)), Is.EqualTo(Naive(bytes.AsSpan(0, length))), $"{length} bytes");
    }

    [Test]
    public void Parts_join([Values(0, 1, 7, 4095, 9000, 12_999)] int cut)
    {
        var bytes = Bytes(13_000);
        var (first, second) = (Crc32C.Hash(bytes.AsSpan(0, cut)), Crc32C.Hash(bytes.AsSpan(cut)));
        Assert.Multiple(() =>
        {
            Assert.That(Crc32C.Combine(first, second, bytes.Length - cut), Is.EqualTo(Naive(bytes)));
            Assert.That(Crc32C.Append(first, bytes.AsSpan(cut)), Is.EqualTo(Naive(bytes)));
        });
    }

    [Test]
    public void Parts_longer_than_four_gigabytes_join()
    {
        var length = (1L << 33) + 12_345;
        Assert.That(Crc32C.Combine(Zeros(100), Zeros(length), length), Is.EqualTo(Zeros(length + 100)));
        Assert.That(Zeros(13_000), Is.EqualTo(Naive(new byte[13_000])));
    }

    private static uint Zeros(long count)
    {
        var (checksum, part, bytes) = (0u, Crc32C.Hash([0]), 1L);
        for (; count > 0; count >>= 1)
        {
            if ((count & 1) != 0) checksum = Crc32C.Combine(checksum, part, bytes);
            part = Crc32C.Combine(part, part, bytes);
            bytes *= 2;
        }
        return checksum;
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static uint Naive(ReadOnlySpan<byte> bytes)
    {
        var state = ~0u;
        foreach (var value in bytes)
        {
            state ^= value;
            for (var bit = 0; bit < 8; bit++) state = (state & 1) != 0 ? (state >> 1) ^ 0x82F63B78 : state >> 1;
        }
        return ~state;
    }
}
