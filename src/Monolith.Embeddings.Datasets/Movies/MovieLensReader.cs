using System.Text;
using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Datasets.Movies;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// Reads the files of MovieLens 100K's successors in their "::" form: ratings.dat, user::movie::rating::timestamp, and movies.dat,
/// id::title (year)::genre|genre. For the form with commas see <see cref="MovieLensCsvReader"/>.
/// </summary>
/// <remarks>
/// Files are plain or gzip, whatever their names, and UTF-8 where nothing else is said; a line with bytes that are not is malformed. A
/// sequence opens its files each time it is enumerated and keeps one line in memory; empty lines are skipped. Enumerating throws
/// <see cref="FileNotFoundException"/>, <see cref="MalformedLineException"/>, and <see cref="InvalidDataException"/> for a gzip file
/// that is damaged or cut short. Records come in the order of the files, which is by user: sort by time before learning. Thread-safe.
/// </remarks>
public static class MovieLensReader
{
    private const float MaxRating = 5;

    /// <summary>Reads ratings, 0 to 5.</summary>
    /// <param name="path">The file.</param>
    /// <param name="malformed">What happens to lines that cannot be read; null for the default, to stop at the first.</param>
    public static IEnumerable<RatingEvent> ReadRatings(string path, MalformedLines? malformed = null) =>
        RecordReader.Read(path, Format, malformed);

    /// <summary>Reads ratings, 0 to 5, from several files, one after the other.</summary>
    /// <param name="paths">The files, in the order in which they are read; copied.</param>
    /// <param name="malformed">What happens to lines of each file that cannot be read; null for the default, to stop at the first.</param>
    public static IEnumerable<RatingEvent> ReadRatings(IEnumerable<string> paths, MalformedLines? malformed = null) =>
        RecordReader.Read(paths, Format, malformed);

    /// <summary>Reads films.</summary>
    /// <param name="path">The file.</param>
    /// <param name="malformed">What happens to lines that cannot be read; null for the default, to stop at the first.</param>
    /// <param name="encoding">
    /// The encoding of a file without a byte order mark; null, the default, for UTF-8. The release of a million ratings is in Latin-1.
    /// </param>
    public static IEnumerable<Movie> ReadMovies(string path, MalformedLines? malformed = null, Encoding? encoding = null) =>
        RecordReader.Read(path, static () => new MovieFormat(), malformed, encoding);

    private static RatingFormat Format() => new(MaxRating);
}
