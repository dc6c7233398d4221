using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Tests.Hashing;

public class KeyedHashTests
{
    private static readonly byte[] _key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    // Of the reference implementation, vectors.h: the key is 00 to 0f, the message 00, 01, ...
    [TestCase(0, "a3817f04ba25a8e66df67214c7550293")]
    [TestCase(1, "da87c1d86b99af44347659119b22fc45")]
    public void It_is_the_reference(int length, string expected)
    {
        var hash = new KeyedHash(_key).Of([.. Enumerable.Range(0, length).Select(i => (byte)i)]);
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, hash);
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(expected));
    }

    [Test]
    public void An_id_is_its_bytes_and_each_bit_counts()
    {
        var (hash, seen) = (new KeyedHash(_key), new HashSet<UInt128>());
        for (var bit = 0; bit < 64; bit++)
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, 1L << bit);
            Assert.That(hash.Of(1L << bit), Is.EqualTo(hash.Of(bytes)));
            seen.Add(hash.Of(1L << bit));
        }
        Assert.That(seen, Has.Count.EqualTo(64));
        Assert.That(hash.Derive("a"u8).Of(1), Is.Not.EqualTo(hash.Derive("b"u8).Of(1)));
    }
}
