namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// Which neighbours become one file: all of a span of time that is over, as far as they fit in a file; of the newest span, eight that were
/// merged equally often, so that each row is written once for each power of eight.
/// </summary>
internal static class LogMergePlan
{
    private const int Factor = 8;

    /// <summary>The files to merge next, at least two; null for none.</summary>
    public static IReadOnlyList<LogEntry>? Of(IReadOnlyList<LogEntry> files, ExampleLogOptions options)
    {
        var spans = SpansOf(files, (long)options.RotateEvery.TotalMilliseconds);
        for (var first = 0; first < files.Count - 1; first++)
        {
            var isOver = spans[first] < spans[^1];
            var count = CountFrom(files, spans, first, options.RotateBytes, isOver);
            if (count >= (isOver ? 2 : Factor)) return [.. files.Skip(first).Take(count)];
        }
        return null;
    }

    private static int CountFrom(IReadOnlyList<LogEntry> files, long[] spans, int first, long mostBytes, bool isOver)
    {
        var (end, bytes) = (first + 1, files[first].File.Length);
        for (; end < files.Count && (isOver || end < first + Factor); end++)
        {
            bytes += files[end].File.Length;
            var isLike = spans[end] == spans[first] && files[end].Fingerprint == files[first].Fingerprint
                && (isOver || files[end].Level == files[first].Level);
            if (!isLike || bytes > mostBytes) break;
        }
        return end - first;
    }

    // By the greatest event time so far, which never goes back: a late row makes no file old.
    private static long[] SpansOf(IReadOnlyList<LogEntry> files, long length)
    {
        var (spans, newest) = (new long[files.Count], long.MinValue);
        for (var i = 0; i < spans.Length; i++)
        {
            newest = Math.Max(newest, files[i].Times.Last);
            // Rounded down, also before 1970.
            spans[i] = (newest / length) - (newest % length < 0 ? 1 : 0);
        }
        return spans;
    }
}
