using System.Text;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Tests.Hashing;

public class XxHash64Tests
{
    private const ulong Prime32 = 2654435761;
    private const ulong Prime64 = 11400714785074694797;

    [TestCase("", 0xEF46DB3751D8E999UL)]
    [TestCase("a", 0xD24EC4F1A98C6E5BUL)]
    [TestCase("abc", 0x44BC2CF5AD770999UL)]
    public void Equals_the_published_value_of_a_text(string text, ulong expected) =>
        Assert.That(XxHash64.Hash(Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));

    [TestCase(0, 0UL, 0xEF46DB3751D8E999UL)]
    [TestCase(0, Prime32, 0xAC75FDA2929B17EFUL)]
    [TestCase(1, 0UL, 0xE934A84ADB052768UL)]
    [TestCase(1, Prime32, 0x5014607643A9B4C3UL)]
    [TestCase(4, 0UL, 0x9136A0DCA57457EEUL)]
    [TestCase(14, 0UL, 0x8282DCC4994E35C8UL)]
    [TestCase(14, Prime32, 0xC3BD6BF63DEB6DF0UL)]
    [TestCase(222, 0UL, 0xB641AE8CB691C174UL)]
    [TestCase(222, Prime32, 0x20CB8AB7AE10C14AUL)]
    public void Equals_the_sanity_check_of_the_reference(int length, ulong seed, ulong expected) =>
        Assert.That(XxHash64.Hash(SanityBuffer(length), seed), Is.EqualTo(expected));

    [Test]
    public void Equals_the_naive_form_at_every_length([Values(0UL, 1UL, ulong.MaxValue)] ulong seed)
    {
        for (var length = 0; length <= 100; length++)
        {
            var data = SanityBuffer(length);
            Assert.That(XxHash64.Hash(data, seed), Is.EqualTo(NaiveXxHash64.Hash(data, seed)), $"length {length}");
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
