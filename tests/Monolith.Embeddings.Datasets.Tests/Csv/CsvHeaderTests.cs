using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Csv;

/// <summary>What stands before a header, and what cannot be seen in one.</summary>
[TestFixture]
public sealed class CsvHeaderTests
{
    [TestCase("\nid,name\n1,a\n")]
    [TestCase("\r\n\r\n\nid,name\r\n1,a\n")]
    [TestCase("\uFEFF\nid,name\n1,a\n")]
    public void Empty_lines_before_it_are_skipped(string text)
    {
        using var file = new TestFile(text);
        Assert.That(new CsvReader<long>(["id"], row => row.Int64(0)).Read(file.Path), Is.EqualTo(new[] { 1 }));
    }

    [TestCase("id\r,b\r\r\n", "it has 'id\\r', 'b\\r'.")]
    [TestCase("\"i\nd\",\tb\n", "it has 'i\\nd', '\\tb'.")]
    [TestCase("\uFEFF\uFEFFid,id\u200B\n", "it has '\\uFEFFid', 'id\\u200B'.")]
    [TestCase("id\u00A0,\u202Eid,\u001Bid\n", "it has 'id\\u00A0', '\\u202Eid', '\\u001Bid'.")]
    [TestCase("größe,\U0001F600 x\n", "it has 'größe', '\U0001F600 x'.")]
    public void Names_are_shown_with_what_cannot_be_seen(string header, string expected)
    {
        using var file = new TestFile(header);
        Assert.That(() => new CsvReader<long>(["id"], row => row.Int64(0)).Read(file.Path).Count(),
            Throws.InstanceOf<MalformedLineException>().With.Message.Contains("lacks 'id'; " + expected));
    }

    [Test]
    public void So_are_fields_columns_and_delimiters()
    {
        using var file = new TestFile("a\u0001b\n1\r\u00015\n");
        var options = new CsvOptions { Delimiter = '\u0001' };

        Assert.That(() => new CsvReader<long>(["a"], row => row.Int64(0), options).Read(file.Path).Count(),
            Throws.InstanceOf<MalformedLineException>().With.Message.Contains("'a' '1\\r' is not a whole number")
                .And.Message.Contains("delimited by '\\u0001'"));
        Assert.That(CsvColumn.FromName("x\r").ToString(), Is.EqualTo("'x\\r'"));
        Assert.That(ShownText.Of("a b"), Is.EqualTo("a b"));
    }
}
