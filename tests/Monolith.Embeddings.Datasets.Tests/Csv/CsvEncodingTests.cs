using System.Text;
using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Csv;

/// <summary>Files that are not UTF-8.</summary>
[TestFixture]
public sealed class CsvEncodingTests
{
    private static readonly string[] Cities = ["Köln", "Käln", "Kéln", "Kèln", "Kêln", "Küln", "Koln"];

    private static readonly string Text = "city\n" + string.Concat(Cities.Select(city => city + "\n"));

    private static readonly Encoding[] Marked =
    [
        Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, new UTF32Encoding(bigEndian: true, byteOrderMark: true),
    ];

    [Test]
    public void Seven_cities_in_latin_1_are_seven_where_the_reader_is_told()
    {
        using var file = new TestFile(Encoding.Latin1.GetBytes(Text));
        Assert.That(Read(file.Path, new CsvOptions { Encoding = Encoding.Latin1 }), Is.EqualTo(Cities));
    }

    [Test]
    public void Else_each_that_does_not_decode_is_malformed()
    {
        using var file = new TestFile(Encoding.Latin1.GetBytes(Text));
        var reports = new ReportList();

        Assert.That(Read(file.Path, new CsvOptions { Malformed = { Limit = 6, Report = reports } }), Is.EqualTo(new[] { "Koln" }));
        Assert.That(reports.Select(r => r.LineNumber), Is.EqualTo(new[] { 2, 3, 4, 5, 6, 7 }));
        Assert.That(reports.Select(r => r.Text), Has.All.EqualTo("K\uFFFDln"));
        Assert.That(reports.Select(r => r.Reason),
            Has.All.EqualTo("behind 1 characters, bytes follow that are not utf-8; name the encoding of the file to the reader"));
    }

    [Test]
    public void A_header_that_does_not_decode_ends_the_reading()
    {
        using var file = new TestFile(Encoding.Latin1.GetBytes("größe\n1\n"));
        Assert.That(() => new CsvReader<long>([0], row => row.Int64(0)).Read(file.Path).Count(),
            Throws.InstanceOf<MalformedLineException>().With.Message.Contains("not utf-8"));
    }

    [Test]
    public void A_byte_order_mark_decides([ValueSource(nameof(Marked))] Encoding encoding, [Values] bool isPacked)
    {
        byte[] bytes = [.. encoding.Preamble, .. encoding.GetBytes(Text)];
        using var file = new TestFile(isPacked ? TestFile.Gzip(bytes) : bytes);
        Assert.That(Read(file.Path, new CsvOptions { Encoding = Encoding.Latin1 }), Is.EqualTo(Cities));
    }

    [Test]
    public void Encodings_without_a_mark_are_read_where_they_are_named()
    {
        using var file = new TestFile(Encoding.Unicode.GetBytes(Text));
        Assert.That(Read(file.Path, new CsvOptions { Encoding = Encoding.Unicode }), Is.EqualTo(Cities));
    }

    [Test]
    public void Half_a_character_at_the_end_is_malformed([Values(1, 2, 3)] int bytes)
    {
        using var file = new TestFile([.. "city\na\n"u8, .. "\U0001F600"u8[..bytes]]);
        Assert.That(() => Read(file.Path, new CsvOptions()), Throws.InstanceOf<MalformedLineException>().With.Message.Contains("line 3"));
    }

    [Test]
    public void The_character_that_stands_for_such_bytes_is_one_like_any_other_in_sound_files()
    {
        using var file = new TestFile("city\na\uFDEFb\uFFFD\n");
        Assert.That(Read(file.Path, new CsvOptions()), Is.EqualTo(new[] { "a\uFDEFb\uFFFD" }));
    }

    [Test]
    public void Titles_in_latin_1_are_read_by_every_reader_of_films()
    {
        using var colons = new TestFile(Encoding.Latin1.GetBytes("1::Léon (1994)::Drama\n"));
        using var commas = new TestFile(Encoding.Latin1.GetBytes("movieId,title,genres\n1,Léon (1994),Drama\n"));
        var latin = Encoding.Latin1;

        Assert.That(MovieLensReader.ReadMovies(colons.Path, encoding: latin).Single().Title, Is.EqualTo("Léon"));
        Assert.That(MovieTweetingsReader.ReadMovies(colons.Path, encoding: latin).Single().Title, Is.EqualTo("Léon"));
        Assert.That(MovieLensCsvReader.ReadMovies(commas.Path, encoding: latin).Single().Title, Is.EqualTo("Léon"));
        Assert.That(() => MovieLensReader.ReadMovies(colons.Path).Count(), Throws.InstanceOf<MalformedLineException>());
    }

    private static string[] Read(string path, CsvOptions options) =>
        [.. new CsvReader<string>(["city"], row => row.Text(0), options).Read(path)];
}
