using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Lines;

[TestFixture]
public sealed class SeveralFilesTests
{
    private static readonly CsvReader<long> Ids = new(["id"], row => row.Int64(0));

    [Test]
    public void Files_are_one_sequence_each_with_its_own_header_and_line_numbers()
    {
        using var first = new TestFile("id,name\n1,a\n");
        using var second = new TestFile(TestFile.Gzip("name,id\nb,2\nbad,x\nc,3\n"));
        var reports = new ReportList();
        var reader = new CsvReader<long>(["id"], row => row.Int64(0), new CsvOptions { Malformed = { Limit = 1, Report = reports } });
        var paths = new List<string> { first.Path, second.Path };

        var read = reader.Read(paths);
        paths.Clear();

        Assert.That(read, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(reports.Select(r => (r.File, r.LineNumber, r.Count)), Is.EqualTo(new[] { (second.Path, 3L, 1L) }));
        Assert.That(read.Count(), Is.EqualTo(3), "each enumeration opens them again");
    }

    [Test]
    public void The_limit_is_that_of_each_file()
    {
        using var file = new TestFile("id\nx\n1\n");
        var reader = new CsvReader<long>(["id"], row => row.Int64(0), new CsvOptions { Malformed = { Limit = 1 } });
        Assert.That(reader.Read([file.Path, file.Path, file.Path]), Is.EqualTo(new[] { 1, 1, 1 }));
    }

    [Test]
    public void A_file_that_is_missing_is_told_before_the_first_record()
    {
        using var file = new TestFile("id\n1\n");
        using var records = Ids.Read([file.Path, "/nowhere/b.csv"]).GetEnumerator();
        Assert.That(() => records.MoveNext(), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("/nowhere/b.csv"));
    }

    [Test]
    public void Every_reader_of_events_takes_several()
    {
        using var ratings = new TestFile("1::2::3::4\n");
        using var commas = new TestFile("userId,movieId,rating,timestamp\n1,2,3,4\n");
        using var criteo = new TestFile("1" + string.Concat(Enumerable.Repeat("\t", 39)) + "\n");
        string[] twice = [ratings.Path, ratings.Path];

        var rating = new RatingEvent { User = 1, Item = 2, Rating = 3, Time = At.Seconds(4) };
        Assert.That(MovieLensReader.ReadRatings(twice), Is.EqualTo(new[] { rating, rating }));
        Assert.That(MovieTweetingsReader.ReadRatings(twice).Count(), Is.EqualTo(2));
        Assert.That(MovieLensCsvReader.ReadRatings([commas.Path, commas.Path]).Count(), Is.EqualTo(2));
        Assert.That(CriteoReader.Read([criteo.Path, criteo.Path]).Count(e => e.Clicked), Is.EqualTo(2));
    }

    [Test]
    public void No_files_are_no_records_and_a_path_must_be_one()
    {
        Assert.That(Ids.Read(Array.Empty<string>()), Is.Empty);
        Assert.That(() => Ids.Read(["a", ""]), Throws.ArgumentException);
        Assert.That(() => Ids.Read((IEnumerable<string>)null!), Throws.ArgumentNullException);
    }
}
