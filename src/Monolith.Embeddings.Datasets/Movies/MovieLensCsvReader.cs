using System.Text;
using Monolith.Embeddings.Datasets.Csv;
using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Datasets.Movies;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// Reads the files of MovieLens in their CSV form: ratings.csv with the header userId,movieId,rating,timestamp, and movies.csv with
/// movieId,title,genres. Behaves as <see cref="MovieLensReader"/> does. Thread-safe.
/// </summary>
public static class MovieLensCsvReader
{
    private const float MaxRating = 5;

    /// <summary>Reads ratings, 0 to 5.</summary>
    /// <param name="path">The file.</param>
    /// <param name="malformed">What happens to lines that cannot be read; null for the default, to stop at the first.</param>
    public static IEnumerable<RatingEvent> ReadRatings(string path, MalformedLines? malformed = null) =>
        RecordReader.Read(path, RatingFormat, malformed);

    /// <summary>Reads ratings, 0 to 5, from several files, one after the other, each with a header.</summary>
    /// <param name="paths">The files, in the order in which they are read; copied.</param>
    /// <param name="malformed">What happens to lines of each file that cannot be read; null for the default, to stop at the first.</param>
    public static IEnumerable<RatingEvent> ReadRatings(IEnumerable<string> paths, MalformedLines? malformed = null) =>
        RecordReader.Read(paths, RatingFormat, malformed);

    /// <summary>Reads films. One whose genres are "(no genres listed)" has none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="malformed">What happens to lines that cannot be read; null for the default, to stop at the first.</param>
    /// <param name="encoding">The encoding of a file without a byte order mark; null, the default, for UTF-8.</param>
    public static IEnumerable<Movie> ReadMovies(string path, MalformedLines? malformed = null, Encoding? encoding = null) =>
        RecordReader.Read(path, MovieFormat, malformed, encoding);

    // A format for each reading: the genres that it keeps must not be shared by two threads.
    private static CsvFormat<Movie> MovieFormat()
    {
        var fields = new MovieFields();
        return new CsvFormat<Movie>(["movieId", "title", "genres"], row => fields.Read(row.Int64(0, 0), row[1], row[2]), new CsvOptions());
    }

    private static RatingEvent Rating(CsvRow row) =>
        new()
        {
            User = row.Int64(0, 0),
            Item = row.Int64(1, 0),
            Rating = row.Single(2, 0, MaxRating),
            Time = row.UnixSeconds(3),
        };

    private static CsvFormat<RatingEvent> RatingFormat() => new(["userId", "movieId", "rating", "timestamp"], Rating, new CsvOptions());
}
