using Monolith.Embeddings.Tests;

namespace Monolith.Embeddings.Datasets.Tests;

/// <summary>The real files have the numbers of records that their publishers state, and not one malformed line.</summary>
[TestFixture]
public sealed class RealFileTests
{
    [Test]
    public void MovieLens()
    {
        var ratings = MovieLensCsvReader.ReadRatings(RealData.File("ml-latest-small/ratings.csv.gz")).ToArray();
        var movies = MovieLensCsvReader.ReadMovies(RealData.File("ml-latest-small/movies.csv.gz")).ToArray();

        Assert.That((ratings.Length, movies.Length), Is.EqualTo((100_836, 9_742)));
        Assert.That(ratings.Select(r => r.User).Distinct().Count(), Is.EqualTo(610));
        Assert.That(ratings.Select(r => r.Item).Distinct().Count(), Is.EqualTo(9_724));
        Assert.That(ratings[0], Is.EqualTo(new RatingEvent { User = 1, Item = 1, Rating = 4, Time = At.Seconds(964982703) }));
        Assert.That((movies[0].Title, movies[0].Year, movies[0].Genres[0]), Is.EqualTo(("Toy Story", 1995, "Adventure")));
    }

    [Test]
    public void MovieTweetings()
    {
        var ratings = MovieTweetingsReader.ReadRatings(RealData.File("movietweetings/ratings_2013-11-06.dat.gz")).ToArray();
        var movies = MovieTweetingsReader.ReadMovies(RealData.File("movietweetings/movies_2013-11-06.dat.gz")).ToArray();

        Assert.That(ratings, Has.Length.EqualTo(141_695));
        Assert.That(ratings[0], Is.EqualTo(new RatingEvent { User = 1, Item = 54890, Rating = 9, Time = At.Seconds(1381945744) }));
        Assert.That(ratings.Select(r => r.Item).Distinct().Except(movies.Select(m => m.Id)), Is.Empty, "each film that was rated is known");
    }

    [Test]
    public void Online_retail()
    {
        var reader = new CsvReader<(string, long, DateTime)>(["StockCode", "Quantity", "InvoiceDate"],
            row => (row.Text(0), row.Int64(1), row.Time(2).UtcDateTime));

        var sales = reader.Read(RealData.File("online-retail/online_retail.csv.gz")).ToArray();

        Assert.That((sales.Length, sales[0]), Is.EqualTo((541_909, ("85123A", 6L, new DateTime(2010, 12, 1, 8, 26, 0)))));
    }

    [Test]
    public void Yoochoose()
    {
        var reader = new CsvReader<(long, long)>(
            [0, 1], row => (row.Int64(0, 0), row.Int64(1, 0)), new CsvOptions { Delimiter = ' ', HasHeader = false });

        Assert.That(reader.Read(RealData.File("yoochoose/day_0.txt.gz")).First(), Is.EqualTo((262692, 10)));
        Assert.That(reader.Read(RealData.File("yoochoose/day_0.txt.gz")).Count(), Is.GreaterThan(100_000));
    }
}
