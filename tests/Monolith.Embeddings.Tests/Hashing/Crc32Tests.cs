using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Tests.Hashing;

public class Crc32Tests
{
    [Test]
    public void The_check_value_of_the_standard_comes_out() => Assert.That(Crc32.Append(0, "123456789"u8), Is.EqualTo(0xCBF43926));

    [Test]
    public void Parts_and_bits_one_by_one_come_to_the_same()
    {
        var bytes = new byte[100];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length++)
        {
            Assert.That(Crc32.Append(0, bytes.AsSpan(0, length)), Is.EqualTo(BitByBit(bytes.AsSpan(0, length))));
            Assert.That(Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, length)), bytes.AsSpan(length)), Is.EqualTo(BitByBit(bytes)));
        }
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        var state = uint.MaxValue;
        foreach (var value in bytes)
        {
            state ^= value;
            for (var bit = 0; bit < 8; bit++) state = (state & 1) == 0 ? state >> 1 : (state >> 1) ^ 0xEDB88320;
        }
        return ~state;
    }
}
