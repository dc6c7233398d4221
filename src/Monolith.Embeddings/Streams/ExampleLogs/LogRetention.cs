namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>Which files are old enough to go: the first ones, and never the last.</summary>
internal static class LogRetention
{
    /// <summary>How many of the first files are due.</summary>
    /// <param name="files">All files.</param>
    /// <param name="options">What is kept.</param>
    /// <param name="clock">The time, in milliseconds since the Unix epoch: event times ahead of it make no file old.</param>
    public static int DueFiles(IReadOnlyList<LogEntry> files, ExampleLogOptions options, long clock)
    {
        var (due, bytes) = (0, files.Sum(file => file.File.Length));
        var newest = Math.Min(clock, files.Select(file => file.Times.Last).DefaultIfEmpty().Max());
        while (due < files.Count - 1 && (IsOld(files[due], newest, options) || bytes > options.MaxBytes))
            bytes -= files[due++].File.Length;
        return due;
    }

    private static bool IsOld(LogEntry file, long newest, ExampleLogOptions options) =>
        options.MaxAge is { } age && file.Times.Last < newest - (long)age.TotalMilliseconds;
}
