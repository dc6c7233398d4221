using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Movies;

[TestFixture]
public sealed class MovieReaderTests
{
    private static readonly RatingEvent[] Ratings =
    [
        new() { User = 1, Item = 1193, Rating = 5, Time = At.Seconds(978300760) },
        new() { User = 6040, Item = 2, Rating = 0.5f, Time = At.Seconds(0) },
        new() { User = 7, Item = 3, Rating = 3.5f, Time = At.Seconds(253402300799) },
    ];

    [Test]
    public void Ratings_are_read_in_both_forms_plain_and_packed()
    {
        const string Colons = "1::1193::5::978300760\n6040::2::0.5::0\r\n7::3::3.5::253402300799";
        var commas = $"userId,movieId,rating,timestamp\n{Colons.Replace("::", ",", StringComparison.Ordinal)}\n";
        foreach (var (text, read) in new[]
        {
            (Colons, (Func<string, IEnumerable<RatingEvent>>)(path => MovieLensReader.ReadRatings(path))),
            (Colons, path => MovieTweetingsReader.ReadRatings(path)),
            (commas, path => MovieLensCsvReader.ReadRatings(path)),
        })
        {
            using var plain = new TestFile(text);
            using var packed = new TestFile(TestFile.Gzip(text));
            Assert.That(read(plain.Path), Is.EqualTo(Ratings));
            Assert.That(read(packed.Path), Is.EqualTo(Ratings));
        }
        Assert.That(Ratings[0].Time, Is.EqualTo(new DateTimeOffset(2000, 12, 31, 22, 12, 40, TimeSpan.Zero)));
    }

    [TestCase("1::2::3", "the line has 3 fields separated by '::', not 4")]
    [TestCase("1::2::3::4::5", "the line has more than 4 fields separated by '::'")]
    [TestCase("1::2::3::4::5::6", "the line has more than 4 fields separated by '::'")]
    [TestCase("x::2::3::4", "the user 'x' is not a whole number from 0 to 9223372036854775807")]
    [TestCase("::2::3::4", "the user '' is not a whole number from 0 to 9223372036854775807")]
    [TestCase("-1::2::3::4", "the user '-1' is not a whole number from 0 to 9223372036854775807")]
    [TestCase("9223372036854775808::2::3::4", "the user '9223372036854775808' is not a whole number from 0 to 9223372036854775807")]
    [TestCase("1::2.5::3::4", "the movie '2.5' is not a whole number from 0 to 9223372036854775807")]
    [TestCase("1::2::NaN::4", "the rating 'NaN' is not a finite number from 0 to 5")]
    [TestCase("1::2::Infinity::4", "the rating 'Infinity' is not a finite number from 0 to 5")]
    [TestCase("1::2::5.5::4", "the rating '5.5' is not a finite number from 0 to 5")]
    [TestCase("1::2::-0.5::4", "the rating '-0.5' is not a finite number from 0 to 5")]
    [TestCase("1::2::3,5::4", "the rating '3,5' is not a finite number from 0 to 5")]
    [TestCase("1::2::3::-4", "the timestamp '-4' is not a whole number from 0 to 253402300799")]
    [TestCase("1::2::3::1381945744000", "the timestamp '1381945744000' is not a whole number from 0 to 253402300799")]
    [TestCase("1::2::3::4 ", "the timestamp '4 ' is not a whole number from 0 to 253402300799")]
    public void A_rating_that_cannot_be_is_malformed(string line, string reason)
    {
        using var file = new TestFile($"{line}\n1::2::3::4\n");
        var reports = new ReportList();

        Assert.That(MovieLensReader.ReadRatings(file.Path, new MalformedLines { Limit = 1, Report = reports }).Count(), Is.EqualTo(1));
        Assert.That(reports.Single().Reason, Is.EqualTo(reason));
    }

    [Test]
    public void Csv_ratings_have_the_same_ranges(
        [Values("1,2,5.5,4", "1,2,NaN,4", "-1,2,3,4", "1,-2,3,4", "1,2,3,-4", "1,2,3")] string line)
    {
        using var file = new TestFile($"userId,movieId,rating,timestamp\n{line}\n");

        Assert.That(() => MovieLensCsvReader.ReadRatings(file.Path).Count(), Throws.InstanceOf<MalformedLineException>());
    }

    [Test]
    public void MovieTweetings_rates_from_0_to_10()
    {
        using var good = new TestFile("1::0054890::10::1381945744\n1::0054890::0::1381945744");
        using var bad = new TestFile("1::0054890::11::1381945744");

        Assert.That(MovieTweetingsReader.ReadRatings(good.Path).Select(r => (r.Item, r.Rating)),
            Is.EqualTo(new[] { (54890, 10f), (54890, 0f) }));
        Assert.That(() => MovieTweetingsReader.ReadRatings(bad.Path).Count(), Throws.InstanceOf<MalformedLineException>());
    }

    [TestCase("1::Toy Story (1995)::Animation|Comedy", 1, "Toy Story", 1995, "Animation|Comedy")]
    [TestCase("0021283::Rakudai wa (1930)::", 21283, "Rakudai wa", 1930, "")]
    [TestCase("2::3:10 to Yuma (1957)::Western", 2, "3:10 to Yuma", 1957, "Western")]
    [TestCase("2::A::B (1957)::Western", 2, "A::B", 1957, "Western")]
    [TestCase("3::Babylon 5::Sci-Fi", 3, "Babylon 5", 0, "Sci-Fi")]
    [TestCase("4::Two (Deux) (2007) ::Drama", 4, "Two (Deux)", 2007, "Drama")]
    [TestCase("5::Years (2006-2007)::Drama", 5, "Years (2006-2007)", 0, "Drama")]
    [TestCase("6::(1999)::Drama", 6, "", 1999, "Drama")]
    [TestCase("7::Zéro (????)::(no genres listed)", 7, "Zéro (????)", 0, "")]
    public void A_film_has_a_title_a_year_and_genres(string line, long id, string title, int year, string genres)
    {
        using var file = new TestFile(line);
        foreach (var movie in new[] { MovieLensReader.ReadMovies(file.Path).Single(), MovieTweetingsReader.ReadMovies(file.Path).Single() })
        {
            Assert.That((movie.Id, movie.Title, movie.Year), Is.EqualTo((id, title, year)));
            Assert.That(movie.Genres, Is.EqualTo(genres.Split('|', StringSplitOptions.RemoveEmptyEntries)));
        }
    }

    [TestCase("1::Toy Story (1995)")]
    [TestCase("1")]
    [TestCase("1:::Drama")]
    [TestCase("x::Toy Story (1995)::Drama")]
    public void A_film_that_cannot_be_is_malformed(string line)
    {
        using var file = new TestFile(line);

        Assert.That(() => MovieLensReader.ReadMovies(file.Path).Count(), Throws.InstanceOf<MalformedLineException>());
    }

    [Test]
    public void A_csv_film_may_have_a_quoted_title()
    {
        using var file = new TestFile(
            "movieId,title,genres\n7789,\"11'09\"\"01 - September 11, (2002)\",Drama|War\n9,The OA,(no genres listed)\n");

        var movies = MovieLensCsvReader.ReadMovies(file.Path).ToArray();

        Assert.That(movies.Select(m => (m.Id, m.Title, m.Year)),
            Is.EqualTo(new[] { (7789, "11'09\"01 - September 11,", 2002), (9, "The OA", 0) }));
        Assert.That(movies.Select(m => m.Genres), Is.EqualTo(new string[][] { ["Drama", "War"], [] }));
    }

    [Test]
    public void A_genre_is_one_text_in_all_films()
    {
        using var file = new TestFile("1::A (1995)::Drama|War\n2::B (1995)::War\n");
        var movies = MovieLensReader.ReadMovies(file.Path).ToArray();

        Assert.That(movies[1].Genres[0], Is.SameAs(movies[0].Genres[1]));
    }

    [Test]
    public void A_missing_file_is_found_missing_when_it_is_read() =>
        Assert.That(() => MovieLensReader.ReadRatings("/nowhere/ratings.dat").Count(), Throws.InstanceOf<FileNotFoundException>());

    [Test]
    public void The_file_is_closed_when_the_reading_stops_early()
    {
        using var file = new TestFile("1::2::3::4\n1::2::3::4\n");

        Assert.That(MovieLensReader.ReadRatings(file.Path).First().User, Is.EqualTo(1));

        Assert.That(() => new FileStream(file.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose(), Throws.Nothing);
    }
}
