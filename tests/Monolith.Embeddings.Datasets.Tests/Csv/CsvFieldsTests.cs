using FsCheck.Fluent;
using FsCheck;
using Monolith.Embeddings.Datasets.Csv;
using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Tests.Csv;

[TestFixture]
public sealed class CsvFieldsTests
{
    private const char Delimiter = ';';
    private readonly CsvFields _fields = new(Delimiter, CsvQuoting.Standard);
    private readonly CsvFrame<char> _frame = new(Delimiter);

    [TestCase("", new[] { "" })]
    [TestCase(";", new[] { "", "" })]
    [TestCase("a;b", new[] { "a", "b" })]
    [TestCase("\"\"", new[] { "" })]
    [TestCase("\"\";\"\"", new[] { "", "" })]
    [TestCase("\"\"\"\"", new[] { "\"" })]
    [TestCase("\"a;b\";c", new[] { "a;b", "c" })]
    [TestCase("\"a\nb\";", new[] { "a\nb", "" })]
    [TestCase("a \"b\" c;d\"", new[] { "a \"b\" c", "d\"" })]
    [TestCase(" \"a\"", new[] { " \"a\"" })]
    public void Records_are_cut_by_rfc_4180(string record, string[] expected) => Assert.That(Split(record), Is.EqualTo(expected));

    [TestCase("\"", "the quote in field 1 is not closed")]
    [TestCase("a;\"b\"\"", "the quote in field 2 is not closed")]
    [TestCase("\"a\"b;c", "field 1 goes on behind its closing quote")]
    [TestCase("a;\"b\" ;c", "field 2 goes on behind its closing quote")]
    public void What_is_no_record_is_said(string record, string expected) => Assert.That(_fields.Split(record), Is.EqualTo(expected));

    [Test]
    public void A_written_record_is_read_again()
    {
        // Letters that matter, and often: quotes, delimiters, line ends.
        var field = Gen.Elements('"', Delimiter, '\n', '\r', ' ', 'a', 'é').ArrayOf().Select(letters => new string(letters));
        var record = field.NonEmptyListOf().Select(fields => fields.ToArray()).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(1, 3), Prop.ForAll(record, fields =>
        {
            var text = string.Join(Delimiter, fields.Select(Quote));
            var after = $"{text}\nnext";
            return Split(text).SequenceEqual(fields)
                && _frame.Find(after, isLast: false) == new RecordEnd(text.Length + 1)
                && _frame.Find(text, isLast: false) == default
                && _frame.Find(text, isLast: true) == new RecordEnd(text.Length);
        }));
    }

    [Test]
    public void Fields_behind_the_last_one_are_not_there()
    {
        _fields.Split("a;b");

        Assert.That(() => _fields[2].Length, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => _fields[-1].Length, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny("\"\r\n;") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private string[] Split(string record)
    {
        Assert.That(_fields.Split(record), Is.Null);
        return [.. Enumerable.Range(0, _fields.Count).Select(i => _fields[i].ToString())];
    }
}
