using System.Globalization;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Csv;

[TestFixture]
public sealed class CsvReaderTests
{
    [Test]
    public void Columns_come_in_the_order_asked_for()
    {
        using var file = new TestFile("id,name,price\n1,\"a, \"\"b\"\"\",2.5\r\n\n2,\"c\nd\",-1e3\n");
        var reader = new CsvReader<(string, long, double, float, int)>(
            ["name", 0, "price"], row => (row.Text(0), row.Int64(1), row.Double(2), row.Single(2), row.Count));

        Assert.That(reader.Read(file.Path), Is.EqualTo(new[] { ("a, \"b\"", 1L, 2.5, 2.5f, 3), ("c\nd", 2L, -1000, -1000f, 3) }));
    }

    [Test]
    public void A_delimiter_and_no_header_may_be_said()
    {
        using var file = new TestFile("1 10\n2 20 200\n");
        var reader = new CsvReader<(long, long)>(
            [1, 0], row => (row.Int64(0), row.Int64(1)), new CsvOptions { Delimiter = ' ', HasHeader = false });

        Assert.That(reader.Read(file.Path), Is.EqualTo(new[] { (10L, 1L), (20L, 2L) }));
    }

    [Test]
    public void Numbers_are_invariant_whatever_the_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
        try
        {
            using var file = new TestFile("x\n-1.5\n");
            Assert.That(new CsvReader<double>(["x"], row => row.Double(0)).Read(file.Path), Is.EqualTo(new[] { -1.5 }));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Test]
    public void Missing_columns_are_one_error_that_lists_what_there_is()
    {
        using var file = new TestFile("user,item,\"at, when\"\n1,2,3\n");
        var reader = new CsvReader<long>(["user", "Item", "rating", 7], row => 0);

        var thrown = Assert.Throws<MalformedLineException>(() => reader.Read(file.Path).Count());

        Assert.That(thrown!.Message, Does.StartWith(
            $"{file.Path}, line 1: the header lacks 'Item', 'rating', column 7; it has 'user', 'item', 'at, when'."));
    }

    [Test]
    public void A_bad_header_ends_the_reading_however_many_lines_may_be_skipped()
    {
        using var file = new TestFile("a\n1\n");
        var reader = new CsvReader<long>(["b"], row => 0, new CsvOptions { Malformed = { Limit = long.MaxValue } });

        Assert.That(() => reader.Read(file.Path).Count(), Throws.InstanceOf<MalformedLineException>());
    }

    [Test]
    public void A_column_that_is_there_twice_must_be_chosen_by_position()
    {
        using var file = new TestFile("a,a\n1,2\n");

        Assert.That(() => new CsvReader<long>(["a"], row => row.Int64(0)).Read(file.Path).Count(),
            Throws.InstanceOf<MalformedLineException>().With.Message.Contains("has 'a' more than once"));
        Assert.That(new CsvReader<long>([1], row => row.Int64(0)).Read(file.Path), Is.EqualTo(new[] { 2 }));
    }

    [TestCase("1,2,3", "the record has 3 fields delimited by ',', and the header has 2")]
    [TestCase("1", "the record has 1 fields delimited by ',', and the header has 2")]
    [TestCase("x,2", "'a' 'x' is not a whole number from 0 to 9")]
    [TestCase(",2", "'a' '' is not a whole number from 0 to 9")]
    [TestCase("-1,2", "'a' '-1' is not a whole number from 0 to 9")]
    [TestCase("10,2", "'a' '10' is not a whole number from 0 to 9")]
    [TestCase(" 1,2", "'a' ' 1' is not a whole number from 0 to 9")]
    [TestCase("99999999999999999999,2", "'a' '99999999999999999999' is not a whole number from 0 to 9")]
    [TestCase("1,NaN", "'b' 'NaN' is not a finite number from -1.5 to 2")]
    [TestCase("1,1e999", "'b' '1e999' is not a finite number from -1.5 to 2")]
    [TestCase("1,2.01", "'b' '2.01' is not a finite number from -1.5 to 2")]
    [TestCase("1,\"2", "a quoted field begins here that is not closed within 1048576 characters")]
    [TestCase("1,\"2\"x", "field 2 goes on behind its closing quote")]
    [TestCase("7,2", "seven")]
    [TestCase("8,2", "Arithmetic operation resulted in an overflow.")]
    public void A_row_that_cannot_be_read_is_malformed(string row, string reason)
    {
        using var file = new TestFile($"a,b\n1,2\n{row}\n2,1\n");
        var reports = new ReportList();
        var reader = new CsvReader<long>(["a", "b"], Map, new CsvOptions { Malformed = { Limit = 1, Report = reports } });

        Assert.That(reader.Read(file.Path), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(reports, Is.EqualTo(new[] { new MalformedLine { File = file.Path, LineNumber = 3, Reason = reason, Text = row,
            Count = 1 } }));

        static long Map(CsvRow row)
        {
            row.Double(1, -1.5, 2);
            return row.Int64(0, 0, 9) switch
            {
                7 => throw new FormatException("seven"),
                8 => throw new OverflowException(),
                var a => a,
            };
        }
    }

    [Test]
    public void Other_exceptions_of_the_mapping_end_the_reading()
    {
        using var file = new TestFile("a\n1\n");
        var reader = new CsvReader<long>(["a"], _ => throw new NotFiniteNumberException(), new CsvOptions { Malformed = { Limit = 9 } });

        Assert.That(() => reader.Read(file.Path).Count(), Throws.InstanceOf<NotFiniteNumberException>());
    }

    [Test]
    public void Without_a_header_a_row_may_be_too_short()
    {
        using var file = new TestFile("1\t2\n3\n");
        var reader = new CsvReader<long>([1], row => row.Int64(0), new CsvOptions { Delimiter = '\t', HasHeader = false });

        Assert.That(() => reader.Read(file.Path).Count(), Throws.InstanceOf<MalformedLineException>()
            .With.Message.Contains("line 2: the record has 1 fields delimited by TAB, too few for column 1"));
    }

    [Test]
    public void An_empty_file_and_a_header_alone_yield_nothing([Values("", "a,b\n", "\uFEFFa,b")] string text)
    {
        using var file = new TestFile(text);

        Assert.That(new CsvReader<long>(["a", "b"], row => 0).Read(file.Path), Is.Empty);
    }

    [Test]
    public void Options_are_checked_all_at_once_and_copied()
    {
        var wrong = new CsvOptions { Delimiter = '"', Malformed = { Limit = -1 } };
        var thrown = Assert.Throws<OptionsValidationException>(() => _ = new CsvReader<long>(["a"], row => 0, wrong));
        Assert.That(thrown!.Failures.Count(), Is.EqualTo(2));

        var half = new CsvOptions { Delimiter = '\uD83D' };
        Assert.That(() => new CsvReader<long>(["a"], row => 0, half),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("half a character"));

        var options = new CsvOptions { Delimiter = ';' };
        var reader = new CsvReader<long>(["b"], row => row.Int64(0), options);
        options.Delimiter = ',';
        using var file = new TestFile("a;b\n1;2\n");
        Assert.That(reader.Read(file.Path), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void Columns_must_be_there_and_have_a_header_for_names()
    {
        Assert.That(() => new CsvReader<long>([], row => 0), Throws.ArgumentException);
        Assert.That(() => new CsvReader<long>([0, "a"], row => 0, new CsvOptions { HasHeader = false }),
            Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(() => CsvColumn.FromIndex(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
