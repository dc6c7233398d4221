using Samples.Common;

namespace Experiments.Data;

/// <summary>
/// How many events well-known files have, as their publishers state them: whether a file is whole is told before hours are spent.
/// </summary>
internal static class PublishedCounts
{
    private static readonly (LogFormat Format, string Name, int Events)[] Known =
    [
        (LogFormat.MovieLensCsv, "MovieLens-25M", 25_000_095),
        (LogFormat.MovieLensCsv, "MovieLens latest small", 100_836),
        (LogFormat.MovieLens, "MovieLens-1M", 1_000_209),
        (LogFormat.MovieLens, "MovieLens-10M", 10_000_054),
        (LogFormat.Criteo, "Criteo Kaggle", 45_840_617),
    ];

    /// <summary>The name of the published file that a log is.</summary>
    /// <exception cref="UsageException">It is none, or no counts of its form are known.</exception>
    public static string Require(LogFormat format, EventLog log)
    {
        var ofFormat = Known.Where(known => known.Format == format).ToArray();
        foreach (var known in ofFormat)
        {
            if (known.Events == log.Count) return known.Name;
        }
        throw new UsageException(ofFormat.Length == 0
            ? $"No row counts of {log.Name} are published; leave out --verify."
            : $"The file has {log.Count} events; published are "
            + string.Join(", ", ofFormat.Select(known => $"{known.Name} with {known.Events}")) + ". It is cut off, or another file.");
    }
}
