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
        RecordReader.Read(path, static () => new RatingFormat(MaxRating), malformed);

    /// <summary>Reads films.</summary>
    /// <param name="path">The file.</param>
    /// <param name="malformed">What happens to lines that cannot be read; null for the default, to stop at the first.</param>
    public static IEnumerable<Movie> ReadMovies(string path, MalformedLines? malformed = null) =>
        RecordReader.Read(path, static () => new MovieFormat(), malformed);
}
