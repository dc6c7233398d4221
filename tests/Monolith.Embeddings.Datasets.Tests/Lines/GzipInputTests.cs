using System.IO.Compression;
using System.Text;
using Monolith.Embeddings.Datasets.Tests.Support;
using Monolith.Embeddings.Streams.Gzip;

namespace Monolith.Embeddings.Datasets.Tests.Lines;

/// <summary>Members, what stands behind them, and what each fault is called.</summary>
[TestFixture]
public sealed class GzipInputTests
{
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 9000).Select(i => $"{i * 7919 % 1000}\n")));
    private static readonly byte[] Packed = TestFile.Gzip(Plain);
    private static readonly byte[] Empty = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    [Test]
    public void Zeros_behind_the_last_member_are_padding([Values(1, 7, 8, 9, 512, 100_000)] int zeros)
    {
        Assert.That(Read([.. Packed, .. new byte[zeros]]), Is.EqualTo(Plain));
        Assert.That(Read([.. Packed, .. Empty, .. new byte[zeros]]), Is.EqualTo(Plain));
    }

    [Test]
    public void Anything_else_behind_it_is_told([Values(0, 5, 70_000)] int zeros) =>
        Assert.That(() => Read([.. Packed, .. new byte[zeros], 7]), Throws.InstanceOf<InvalidDataException>()
            .With.Message.Contains($"at byte {Packed.Length + zeros}, bytes follow").And.Message.Not.Contains("cut short"));

    [Test]
    public void A_wrong_checksum_or_length_is_called_that([Range(1, 8)] int place)
    {
        byte[] bytes = [.. Packed, .. Packed];
        bytes[^place] ^= 1;
        Assert.That(() => Read(bytes), Throws.InstanceOf<InvalidDataException>()
            .With.Message.Contains($"the checksum or the length of member 2 is not that of its {Plain.Length} bytes"));
    }

    [Test]
    public void A_file_that_was_cut_short_is_called_that([Range(1, 12)] int missing, [Values(0, 3)] int members)
    {
        byte[] bytes = [.. Enumerable.Repeat(Packed, members + 1).SelectMany(member => member)];
        Assert.That(() => Read(bytes[..^missing]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("it was cut short"));
    }

    [Test]
    public void A_member_that_was_begun_is_cut_short([Range(1, 17)] int length)
    {
        byte[] bytes = [.. Packed, .. Packed[..length]];
        Assert.That(() => Read(bytes), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("it was cut short"));
    }

    [Test]
    public void Bytes_that_make_no_sense_are_called_damaged()
    {
        byte[] reserved = [.. Packed[..10], 0xFF, .. Packed[11..]];
        byte[] method = [0x1F, 0x8B, 7, .. Packed[3..]];

        Assert.That(() => Read(reserved), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("is damaged"));
        Assert.That(() => Read(method), Throws.InstanceOf<InvalidDataException>()
            .With.Message.Contains("does not begin with a header of gzip"));
    }

    [Test]
    public void Every_part_of_a_header_is_skipped()
    {
        byte[] extra = [3, 0, 0, 1, 2], name = [.. "clicks.tsv\0"u8], comment = [.. "of \u00e9\0"u8], sum = [9, 9];
        byte[] fixedPart = [0x1F, 0x8B, 8, 2 | 4 | 8 | 16, .. Packed[4..10]];
        Assert.That(Read([.. fixedPart, .. extra, .. name, .. comment, .. sum, .. Packed[10..], .. Packed]),
            Is.EqualTo(Plain.Concat(Plain)));
    }

    [Test]
    public void Members_of_every_size_end_where_they_end()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var (file, expected) = (new MemoryStream(), new MemoryStream());
            for (var member = random.Next(1, 8); member > 0; member--)
            {
                var length = random.Next(4) switch
                {
                    0 => 0,
                    1 => random.Next(20),
                    2 => 8192 + random.Next(-20, 20),
                    _ => random.Next(40_000),
                };
                var bytes = new byte[length];
                if (random.Next(3) > 0) random.NextBytes(bytes);
                expected.Write(bytes);
                if (bytes.Length == 0)
                {
                    file.Write(Empty);
                    continue;
                }
                using var gzip = new GZipStream(file, (CompressionLevel)random.Next(4), leaveOpen: true);
                gzip.Write(bytes);
            }
            file.Write(new byte[random.Next(2) * random.Next(30)]);
            Assert.That(Read(file.ToArray()), Is.EqualTo(expected.ToArray()), $"round {round}");
        }
    }

    [TestCase("a", "b", Description = "with their checksums exchanged")]
    [TestCase("a", "a", Description = "alike, the first damaged")]
    public void The_checksum_of_a_member_is_its_own(string one, string other)
    {
        var (first, second) = (TestFile.Gzip(one), TestFile.Gzip(other));
        var sum = first[^8..^4];
        second.AsSpan(second.Length - 8, 4).CopyTo(first.AsSpan(first.Length - 8));
        sum.CopyTo(second, second.Length - 8);
        if (one == other) first[^8]++;

        Assert.That(() => Read([.. first, .. second]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("member 1 is not"));
    }

    private static byte[] Read(byte[] bytes)
    {
        using var file = new TestFile(bytes);
        using var stream = File.OpenRead(file.Path);
        using var input = new GzipInput(file.Path, stream);
        using var all = new MemoryStream();
        input.CopyTo(all);
        return all.ToArray();
    }
}
