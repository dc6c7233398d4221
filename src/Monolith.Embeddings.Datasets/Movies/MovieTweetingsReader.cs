using System.Text;
using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Datasets.Movies;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// Reads the files of MovieTweetings: ratings.dat, user::imdb-id::rating::unix-seconds, and movies.dat, imdb-id::title (year)::genre|genre,
/// whose genres may be empty. Behaves as <see cref="MovieLensReader"/> does. Thread-safe.
/// </summary>
public static class MovieTweetingsReader
{
    private const float MaxRating = 10;

    /// <summary>Reads ratings, 0 to 10.</summary>
    /// <param name="path">The file.</param>
    /// <param name="malformed">What happens to lines that cannot be read; null for the default, to stop at the first.</param>
    public static IEnumerable<RatingEvent> ReadRatings(string path, MalformedLines? malformed = null) =>
        RecordReader.Read(path, Format, malformed);

    /// <summary>Reads ratings, 0 to 10, from several files, one after the other.</summary>
    /// <param name="paths">The files, in the order in which they are read; copied.</param>
    /// <param name="malformed">What happens to lines of each file that cannot be read; null for the default, to stop at the first.</param>
    public static IEnumerable<RatingEvent> ReadRatings(IEnumerable<string> paths, MalformedLines? malformed = null) =>
        RecordReader.Read(paths, Format, malformed);

    /// <summary>Reads films.</summary>
    /// <param name="path">The file.</param>
    /// <param name="malformed">What happens to lines that cannot be read; null for the default, to stop at the first.</param>
    /// <param name="encoding">The encoding of a file without a byte order mark; null, the default, for UTF-8.</param>
    public static IEnumerable<Movie> ReadMovies(string path, MalformedLines? malformed = null, Encoding? encoding = null) =>
        RecordReader.Read(path, static () => new MovieFormat(), malformed, encoding);

    private static RatingFormat Format() => new(MaxRating);
}
