using Microsoft.Extensions.Options;
using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Csv;

/// <summary>Quotes that are one too many, or mean nothing.</summary>
[TestFixture]
public sealed class CsvQuotingTests
{
    [Test]
    public void A_quote_that_joins_lines_costs_its_own_line_alone()
    {
        using var file = new TestFile("id,text\n1,\"a\n2,b\n3,c\n4,\"d\"\n5,e\n");
        var (ids, reports) = Read(file.Path, new CsvOptions { Malformed = { Limit = 1 } });

        Assert.That(ids, Is.EqualTo(new[] { 2, 3, 4, 5 }));
        Assert.That(reports, Is.EqualTo(new[]
        {
            new MalformedLine { File = file.Path, LineNumber = 2,
                Reason = "the quoted field 2 goes on behind its closing quote, some lines below; only this line of it is skipped",
                Text = "1,\"a", Count = 1 },
        }));
    }

    [TestCase("x,\"y\n", "\"", Description = "text behind the quote that closes it")]
    [TestCase("x,\"y\n", "\",z", Description = "more fields than the header")]
    [TestCase("\"x,y\n", "\"", Description = "fewer fields than the header")]
    public void In_a_long_file_it_costs_one_line_too(string stray, string later)
    {
        var lines = Enumerable.Range(0, 10_000).Select(i => i switch
        {
            1000 => stray,
            9996 => $"{i},{later}text\n",
            _ => $"{i},text {i}\n",
        });
        using var file = new TestFile("id,text\n" + string.Concat(lines));

        var (ids, reports) = Read(file.Path, new CsvOptions { Malformed = { Limit = 2 } });

        Assert.That(ids, Is.SupersetOf(Enumerable.Range(0, 10_000).Except([1000, 9996])));
        Assert.That(reports[0].LineNumber, Is.EqualTo(1002));
        Assert.That(reports.Skip(1).Select(r => r.LineNumber), Is.SubsetOf(new[] { 9998 }));
    }

    [Test]
    public void Every_line_may_have_a_quote_too_many()
    {
        // Each joins itself with all that follow, up to the number of fields.
        using var file = new TestFile("id,text\n" + string.Concat(Enumerable.Repeat("a\",\"b\n", 20_000)));
        var (ids, reports) = Read(file.Path, new CsvOptions { Malformed = { Limit = long.MaxValue } });

        Assert.That((ids.Length, reports.Count), Is.EqualTo((0, 20_000)));
    }

    [Test]
    public void Lines_that_are_quoted_well_stay_a_record_that_is_lost_whole()
    {
        using var file = new TestFile("id,text\nx,\"a\n7,b\"\n8,c\n");
        var (ids, reports) = Read(file.Path, new CsvOptions { Malformed = { Limit = 1 } });

        Assert.That(ids, Is.EqualTo(new[] { 8 }));
        Assert.That(reports.Single().Reason, Does.Contain("'id' 'x' is not a whole number"));
    }

    [Test]
    public void Files_of_bare_quotes_are_read_without_quoting()
    {
        const string Text = "tconst\tprimaryTitle\ntt1\t\"Rome\" revisited\ntt2\t\"\ntt3\t\"unclosed\ntt4\tthe \"\"end\"\"\n";
        using var file = new TestFile(Text);
        var options = new CsvOptions { Delimiter = '\t', Quoting = CsvQuoting.None };
        var reader = new CsvReader<string>(["tconst", "primaryTitle"], row => $"{row[0]}={row[1]}", options);

        Assert.That(reader.Read(file.Path),
            Is.EqualTo(new[] { "tt1=\"Rome\" revisited", "tt2=\"", "tt3=\"unclosed", "tt4=the \"\"end\"\"" }));
        options.Quoting = CsvQuoting.Standard;
        Assert.That(reader.Read(file.Path).Count(), Is.EqualTo(4), "the options were copied");
        reader = new CsvReader<string>(["tconst"], row => row.Text(0), options);
        Assert.That(() => reader.Read(file.Path).Count(), Throws.InstanceOf<MalformedLineException>());
    }

    [Test]
    public void A_way_of_quoting_that_is_none_is_refused() =>
        Assert.That(() => new CsvReader<int>([0], _ => 0, new CsvOptions { Quoting = (CsvQuoting)7 }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Quoting: 7 is neither Standard nor None"));

    private static (int[] Ids, ReportList Reports) Read(string path, CsvOptions options)
    {
        var reports = new ReportList();
        options.Malformed.Report = reports;
        var reader = new CsvReader<int>(["id", "text"], row => (int)row.Int64(0), options);
        return ([.. reader.Read(path)], reports);
    }
}
