using Monolith.Embeddings.Datasets.Csv;
using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Tests.Csv;

[TestFixture]
public sealed class CsvFrameTests
{
    private const string Skipped = "; only this line of it is skipped";
    private const string GoesOn = "goes on behind its closing quote, some lines below" + Skipped;
    private const string Joins = "goes on over line ends, to a record of ";

    [Test]
    public void The_end_is_found_in_no_shorter_beginning()
    {
        const string Record = "a;\"b\"\"\nc\";d\n";
        for (var length = 0; length < Record.Length; length++)
            Assert.That(new CsvFrame<char>(';').Find(Record.AsSpan(0, length), isLast: false).Length, Is.EqualTo(0), $"{length}");
        Assert.That(new CsvFrame<char>(';').Find(Record, isLast: false), Is.EqualTo(new RecordEnd(Record.Length)));
        Assert.That(new CsvFrame<char>(';').Find("a;\"b\n", isLast: true), Is.EqualTo(new RecordEnd(0, IsOpen: true)));
    }

    [TestCase("1,\"a\n2,b\"x\n", 5, "the quoted field 2 " + GoesOn)]
    [TestCase("\"a\n2,b\" \n", 3, "the quoted field 1 " + GoesOn)]
    [TestCase("1,\"a\n2,\",c\n", 5, "the quoted field 2 " + Joins + "more than 2 fields" + Skipped)]
    [TestCase("\"a\n2,b\"\n", 3, "the quoted field 1 " + Joins + "1 fields, not 2" + Skipped)]
    [TestCase("\"a\n2,b\"", 3, "the quoted field 1 " + Joins + "1 fields, not 2" + Skipped)]
    [TestCase("1,\"a\n2\"\n", 8, null)]
    [TestCase("1,\"a\n2\"\r\nx", 9, null)]
    [TestCase("1,\"a\"x,\"c\nd\"\n", 10, null, Description = "wrong in its first line: the format says how")]
    [TestCase("1,2,\"c\nd\"\n", 7, null, Description = "too many in its first line")]
    public void Lines_that_a_quote_joins_are_a_record_or_the_first_one_is(string text, int length, string? problem) =>
        Assert.That(
            new CsvFrame<char>(',') { FieldCount = 2 }.Find(text, isLast: true), Is.EqualTo(new RecordEnd(length, Problem: problem)));

    [Test]
    public void Without_a_header_the_last_column_asked_for_must_be_there() =>
        Assert.That(new CsvFrame<char>(',') { LeastFields = 3 }.Find("1,\"a\n2\"\n", isLast: true).Problem,
            Does.Contain("a record of 2 fields, not 3"));
}
