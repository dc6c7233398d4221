using Monolith.Embeddings.Datasets;
using PositiveOnly;
using Samples.Common;

namespace Experiments.Data;

/// <summary>Finds and reads the files of a log.</summary>
internal static class LogFiles
{
    /// <summary>What an experiment needs at least: a hundred shards, and parts that have both labels.</summary>
    public const int FewestEvents = 1000;

    private const float MovieTweetingsPositiveFrom = 8, MovieLensPositiveFrom = 3.5f;

    /// <summary>Reads a log into memory.</summary>
    /// <param name="path">The file, or its folder.</param>
    /// <param name="format">Its form.</param>
    /// <param name="events">How many events to keep, the first in time; null for all.</param>
    /// <exception cref="UsageException">A file is missing, or there are too few events.</exception>
    public static EventLog Open(string path, LogFormat format, int? events = null)
    {
        if (events < FewestEvents) throw new UsageException($"--events is {events}; an experiment needs {FewestEvents} at least.");
        var log = Read(path, format, events);
        return log.Count >= FewestEvents ? log : throw new UsageException(
            $"{path} has {log.Count} events; an experiment needs {FewestEvents} at least.");
    }

    private static EventLog Read(string path, LogFormat format, int? events) => format switch
    {
        LogFormat.MovieTweetings => Ratings("MovieTweetings", path, MovieTweetingsReader.ReadRatings,
            file => MovieTweetingsReader.ReadMovies(file),
            MovieTweetingsPositiveFrom, events),
        LogFormat.MovieLens => Ratings("MovieLens", path, MovieLensReader.ReadRatings,
            file => MovieLensReader.ReadMovies(file), MovieLensPositiveFrom, events),
        LogFormat.MovieLensCsv => Ratings("MovieLens", path, MovieLensCsvReader.ReadRatings,
            file => MovieLensCsvReader.ReadMovies(file), MovieLensPositiveFrom, events),
        LogFormat.Yoochoose => new ClicksLog(
            "YooChoose", "clicks", First(YoochooseLog.Read(FolderWith(path, "day_")), events), hasUser: false),
        LogFormat.OnlineRetail => new ClicksLog(
            "Online retail", "sales", First(RetailLog.Read(FolderWith(path, "online_retail")), events), hasUser: true),
        _ => new CriteoLog(CriteoReader.Read(FileIn(path, "train")).Take(events ?? int.MaxValue)),
    };

    private static RatingsLog Ratings(string name, string path, Func<string, MalformedLines?, IEnumerable<RatingEvent>> ratings,
        Func<string, IEnumerable<Movie>> movies, float positiveFrom, int? events)
    {
        var file = FileIn(path, "ratings");
        var described = Find(Path.GetDirectoryName(Path.GetFullPath(file))!, "movies");
        return new RatingsLog(name, ratings(file, null), described is null ? [] : movies(described), positiveFrom, events);
    }

    private static Choice[] First(Choice[] choices, int? events) => events is { } count
        ? choices[..Math.Min(choices.Length, (count + ClicksLog.Negatives) / (ClicksLog.Negatives + 1))]
        : choices;

    private static string Folder(string path) => Directory.Exists(path)
        ? path
        : throw new UsageException($"There is no folder {path}; --data names the folder of the files.");

    private static string FolderWith(string path, string stem) => Find(Folder(path), stem) is not null
        ? path
        : throw new UsageException($"The folder {path} holds no file called {stem}*; --data and --format do not fit together.");

    private static string FileIn(string path, string stem)
    {
        if (File.Exists(path)) return path;
        return Find(Folder(path), stem)
            ?? throw new UsageException($"The folder {path} holds no file called {stem}*; name the file itself by --data.");
    }

    private static string? Find(string folder, string stem) =>
        Directory.EnumerateFiles(folder, stem + "*").Order(StringComparer.Ordinal).FirstOrDefault();
}
