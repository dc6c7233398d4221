using System.Text;
using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Lines;

[TestFixture]
public sealed class TextFileTests
{
    private static readonly string Lines = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i}::{i * 7919 % 1000}::5::{i}\n"));

    [Test]
    public void A_missing_file_is_named()
    {
        var reading = () => TextFile.Open("/nowhere/ratings.dat");

        Assert.That(reading, Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("/nowhere/ratings.dat")
            .And.Property("FileName").EqualTo("/nowhere/ratings.dat"));
    }

    [Test]
    public void A_gzip_file_that_was_cut_short_anywhere_is_refused()
    {
        var packed = TestFile.Gzip(Lines);
        for (var length = 2; length < packed.Length; length += length < 30 || length > packed.Length - 30 ? 1 : 97)
        {
            using var file = new TestFile(packed[..length]);
            Assert.That(() => ReadAll(file.Path),
                Throws.InstanceOf<InvalidDataException>().With.Message.Contains(file.Path), $"{length} bytes");
        }
    }

    [Test]
    public void A_damaged_gzip_file_is_refused([Values(3000, 5000)] int place)
    {
        var packed = TestFile.Gzip(Lines);
        packed[place] ^= 0x55;
        using var file = new TestFile(packed);

        Assert.That(() => ReadAll(file.Path), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(file.Path));
    }

    [Test]
    public void A_gzip_file_of_several_members_is_read_whole()
    {
        using var file = new TestFile([.. TestFile.Gzip(Lines), .. TestFile.Gzip(""), .. TestFile.Gzip(Lines)]);

        Assert.That(ReadAll(file.Path), Is.EqualTo(Lines + Lines));
    }

    [Test]
    public void The_second_member_must_be_whole_too()
    {
        var packed = TestFile.Gzip(Lines);
        using var file = new TestFile([.. packed, .. packed[..^9]]);

        Assert.That(() => ReadAll(file.Path), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void Plain_and_gzip_are_told_apart_by_their_first_bytes([Values("", "a", "ab", "\u001f")] string text)
    {
        using var plain = new TestFile(text);
        using var packed = new TestFile(TestFile.Gzip(text));

        Assert.That((ReadAll(plain.Path), ReadAll(packed.Path)), Is.EqualTo((text, text)));
    }

    private static string ReadAll(string path)
    {
        using var file = TextFile.Open(path);
        var text = new StringBuilder();
        var buffer = new char[1000];
        int count;
        do
        {
            count = file.Read(buffer);
            text.Append(buffer, 0, count);
        }
        while (count == buffer.Length);
        return text.ToString();
    }
}
