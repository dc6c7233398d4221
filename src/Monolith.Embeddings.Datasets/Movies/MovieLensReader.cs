using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Datasets.Movies;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// Reads the files of MovieLens 100K's successors in their "::" form: ratings.dat, user::movie::rating::timestamp, and movies.dat,
/// id::title (year)::genre|genre. For the form with commas see <see cref="MovieLensCsvReader"/>.
/// </summary>
/// <remarks>
/// Files are UTF-8, plain or gzip, whatever their names; bytes that are not UTF-8, as in the titles of old releases, read as U+FFFD. A
/// sequence opens the file each time it is enumerated and keeps one line in memory; empty lines are skipped. Enumerating throws
/// <see cref="FileNotFoundException"/>, <see cref="MalformedLineException"/>, and <see cref="InvalidDataException"/> for a gzip file
/// that is damaged or cut short. Records come in the order of the file, which is by user: sort by time before learning. Thread-safe.
/// </remarks>
public static class MovieLensReader
{
    private const float MaxRating = 5;

    /// <summary>Reads ratings, 0 to 5.</summary>
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
