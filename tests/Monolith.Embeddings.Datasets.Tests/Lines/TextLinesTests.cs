using System.Text;
using Monolith.Embeddings.Datasets.Csv;
using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Lines;

[TestFixture]
public sealed class TextLinesTests
{
    [TestCase("", new string[0])]
    [TestCase("a", new[] { "1:a" })]
    [TestCase("a\n", new[] { "1:a" })]
    [TestCase("a\r\nb\r\n", new[] { "1:a", "2:b" })]
    [TestCase("a\r\nb\r", new[] { "1:a", "2:b" })]
    [TestCase("a\n\nb", new[] { "1:a", "2:", "3:b" })]
    [TestCase("\n", new[] { "1:" })]
    [TestCase("a\rb\r\r\n", new[] { "1:a\rb\r" })]
    [TestCase("\uFEFFa\nb", new[] { "1:a", "2:b" })]
    [TestCase("\"a\n", new[] { "1:\"a" })]
    public void Lines_end_by_line_feed_or_both_or_the_end_of_the_file(string text, string[] expected) =>
        Assert.That(ReadBoth(text, null).Select(l => $"{l.Number}:{l.Text}"), Is.EqualTo(expected));

    [TestCase("a,\"b\nc\",d\ne", new[] { "1:a,\"b\nc\",d", "3:e" })]
    [TestCase("\"a\"\"\n\"\"\"\r\nb", new[] { "1:\"a\"\"\n\"\"\"", "3:b" })]
    [TestCase("a \"b\nc", new[] { "1:a \"b", "2:c" })]
    [TestCase("\"a\"", new[] { "1:\"a\"" })]
    [TestCase("\"\"\n\"\"", new[] { "1:\"\"", "2:\"\"" })]
    public void With_a_delimiter_a_quoted_field_may_hold_line_ends(string text, string[] expected) =>
        Assert.That(ReadBoth(text, ',').Select(l => $"{l.Number}:{l.Text}"), Is.EqualTo(expected));

    [Test]
    public void Lines_of_any_length_come_whole_across_the_borders_of_the_buffer()
    {
        var random = new Random(1);
        var lines = new List<string>();
        for (var i = 0; i < 60; i++)
            lines.Add(new string((char)('a' + i % 26), random.Next(4) == 0 ? random.Next(200_000) : random.Next(100)) + "ü€𝄞");

        Assert.That(ReadBoth(string.Join("\n", lines), null).Select(l => l.Text), Is.EqualTo(lines));
        Assert.That(ReadBoth(string.Join("\r\n", lines) + "\r\n", ',').Select(l => l.Text), Is.EqualTo(lines));
    }

    [Test]
    public void Line_ends_stand_at_any_place_of_the_buffer()
    {
        for (var length = (1 << 16) - 3; length <= (1 << 16) + 3; length++)
        {
            var line = new string('x', length);
            Assert.That(ReadBoth($"{line}\r\nb\n", null).Select(l => $"{l.Number}:{l.Text}"), Is.EqualTo(new[] { $"1:{line}", "2:b" }));
            var quoted = $"\"{line}\"\"\n\"";
            Assert.That(ReadBoth($"{quoted}\r\nb\n", ',').Select(l => $"{l.Number}:{l.Text}"), Is.EqualTo(new[] { $"1:{quoted}", "3:b" }));
        }
    }

    [Test]
    public void A_line_over_the_limit_is_a_problem_and_the_next_one_is_read(
        [Values(TextLines.MaxLength + 1, TextLines.MaxLength + 2, TextLines.MaxLength + 3, 3 * TextLines.MaxLength)] int length,
        [Values("\n", "\r\n")] string end, [Values(null, ',')] char? delimiter)
    {
        var lines = ReadBoth($"a{end}{new string('x', length)}{end}b{end}", delimiter);

        Assert.That(lines.Select(l => l.Number), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(lines[1].Problem, Does.Contain("more than 1048576 characters"));
        Assert.That((lines[0].Problem, lines[2].Problem, lines[2].Text), Is.EqualTo(((string?)null, (string?)null, "b")));
    }

    [Test]
    public void A_line_at_the_limit_is_read([Values("", "\n", "\r\n")] string end)
    {
        var lines = ReadBoth(new string('x', TextLines.MaxLength) + end, null);

        Assert.That((lines.Count, lines[0].Problem, lines[0].Text.Length), Is.EqualTo((1, (string?)null, TextLines.MaxLength)));
    }

    [Test]
    public void A_last_line_over_the_limit_is_a_problem([Values(TextLines.MaxLength + 1, 2 * TextLines.MaxLength)] int length)
    {
        var lines = ReadBoth(new string('x', length), null);

        Assert.That((lines.Count, lines[0].Problem), Is.EqualTo((1, "the line has more than 1048576 characters")));
    }

    [Test]
    public void A_quote_that_is_not_closed_costs_its_own_line_only([Values(10, 2 * TextLines.MaxLength)] int rest)
    {
        var following = string.Concat(Enumerable.Repeat("c,d\n", rest / 4));
        var lines = ReadBoth($"a\n\"b,c\n{following}", ',');

        Assert.That(lines, Has.Count.EqualTo(2 + rest / 4));
        Assert.That((lines[1].Number, lines[1].Text), Is.EqualTo((2, "\"b,c")));
        Assert.That(lines[1].Problem, Does.StartWith("a quoted field begins here that is not closed"));
        Assert.That(lines.Where(l => l.Problem is not null).Count(), Is.EqualTo(1));
        Assert.That(lines[^1], Is.EqualTo((2 + rest / 4, "c,d", (string?)null)));
    }

    [Test]
    public void A_record_over_the_limit_with_closed_quotes_is_a_problem()
    {
        var field = new string('x', TextLines.MaxLength - 100);
        var lines = ReadBoth($"\"{field}\n\",\"{field}\"\nb", null);
        Assert.That(lines, Has.Count.EqualTo(3), "without a delimiter these are three lines");

        var records = ReadBoth($"\"{field}\n\",{field}\nb", ',');

        Assert.That(records.Select(l => l.Number), Is.EqualTo(new[] { 1, 3 }));
        Assert.That((records[0].Problem, records[1].Text), Is.EqualTo(("the line has more than 1048576 characters", "b")));
    }

    [Test]
    public void Bytes_that_do_not_decode_are_a_problem_of_their_line_alone()
    {
        using var file = new TestFile([(byte)'a', 0xE9, (byte)'b', (byte)'\n', (byte)'c']);

        var lines = Read(file.Path, null);

        Assert.That(lines.Select(l => l.Text), Is.EqualTo(new[] { "a\uFDEFb", "c" }));
        Assert.That(lines.Select(l => l.Problem), Is.EqualTo(new[]
        {
            "behind 1 characters, bytes follow that are not utf-8; name the encoding of the file to the reader", null,
        }));
    }

    /// <summary>Reads a text from a plain file and from a gzip file, and holds that they are alike.</summary>
    private static List<(int Number, string Text, string? Problem)> ReadBoth(string text, char? delimiter)
    {
        using var plain = new TestFile(Encoding.UTF8.GetBytes(text));
        using var packed = new TestFile(TestFile.Gzip(text));
        var lines = Read(plain.Path, delimiter);
        Assert.That(Read(packed.Path, delimiter), Is.EqualTo(lines));
        return lines;
    }

    private static List<(int Number, string Text, string? Problem)> Read(string path, char? delimiter)
    {
        using var lines = new TextLines(path, delimiter is { } quoted ? new CsvFrame<char>(quoted) : null);
        var result = new List<(int, string, string?)>();
        while (lines.MoveNext()) result.Add(((int)lines.Number, lines.Current.ToString(), lines.Problem));
        return result;
    }
}
