using Monolith.Embeddings.Datasets;
using Samples.Common;

namespace OnlineTraining.Data;

/// <summary>Finds and opens the files of a dataset.</summary>
public static class DatasetFiles
{
    private const float MovieTweetingsPositiveFrom = 8;
    private const float MovieLensPositiveFrom = 4;

    /// <summary>Opens a dataset.</summary>
    /// <param name="path">A file of events, or the folder that holds it.</param>
    /// <param name="format">The form of the file.</param>
    /// <param name="movies">The file that describes the films; null: a file called movies* beside the ratings, if there is one.</param>
    /// <param name="malformed">What becomes of malformed lines.</param>
    /// <param name="events">How many events to learn from, the first in time; null for all.</param>
    /// <exception cref="UsageException">A file is missing, or holds no event.</exception>
    public static Dataset Open(
        string path, DatasetFormat format, string? movies, MalformedLines malformed, long? events = null)
    {
        var file = EventsFile(path, format);
        Dataset dataset = format == DatasetFormat.Criteo
            ? new CriteoDataset(file, malformed, events)
            : Ratings(file, format, movies, malformed, events);
        var isEmpty = dataset.Count is { } count
            ? count == 0
            : !CriteoReader.Read(file, new MalformedLines { Limit = malformed.Limit }).Any();
        if (isEmpty) throw new UsageException($"{file} holds no event; name a file of the {Name(format)} format that holds some.");
        return dataset;
    }

    /// <summary>The name by which the command line knows a format.</summary>
    public static string Name(DatasetFormat format) => format switch
    {
        DatasetFormat.MovieTweetings => "movietweetings",
        DatasetFormat.MovieLens => "movielens",
        DatasetFormat.MovieLensCsv => "movielens-csv",
        _ => "criteo",
    };

    private static RatingsDataset Ratings(
        string file, DatasetFormat format, string? movies, MalformedLines malformed, long? events)
    {
        movies ??= FindFile(Path.GetDirectoryName(Path.GetFullPath(file))!, "movies");
        if (movies is not null && !File.Exists(movies))
            throw new UsageException($"There is no file {movies}; --movies names the file that describes the films.");
        return format switch
        {
            DatasetFormat.MovieTweetings => new RatingsDataset("MovieTweetings", MovieTweetingsReader.ReadRatings(file, malformed),
                movies is null ? [] : MovieTweetingsReader.ReadMovies(movies, malformed), MovieTweetingsPositiveFrom, events),
            DatasetFormat.MovieLens => new RatingsDataset("MovieLens", MovieLensReader.ReadRatings(file, malformed),
                movies is null ? [] : MovieLensReader.ReadMovies(movies, malformed), MovieLensPositiveFrom, events),
            _ => new RatingsDataset("MovieLens", MovieLensCsvReader.ReadRatings(file, malformed),
                movies is null ? [] : MovieLensCsvReader.ReadMovies(movies, malformed), MovieLensPositiveFrom, events),
        };
    }

    private static string EventsFile(string path, DatasetFormat format)
    {
        if (File.Exists(path)) return path;
        if (!Directory.Exists(path))
            throw new UsageException($"There is no file or folder {path}; --data names a file of events or the folder that holds it.");
        var stem = format == DatasetFormat.Criteo ? "train" : "ratings";
        return FindFile(path, stem)
            ?? throw new UsageException($"The folder {path} holds no file called {stem}*; name the file itself by --data.");
    }

    private static string? FindFile(string folder, string stem) =>
        Directory.EnumerateFiles(folder, stem + "*").Order(StringComparer.Ordinal).FirstOrDefault();
}
