namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// A file of a log is a file of <c>SnapshotFormat</c>, whose every byte is under a checksum: a section of the schema, one of blocks of rows
/// whose keys are the rows' numbers, and one with the event times of each block, 16 bytes each.
/// </summary>
internal static class LogFileFormat
{
    public const string Shape = "schema", Rows = "rows", Times = "times";

    public const int TimeBytes = 2 * sizeof(long);

    /// <summary>The name of a file that a commit made.</summary>
    public static string NameOf(long firstRow, Guid writer, long number) =>
        $"rows-{firstRow:d19}-{writer.ToString("N")[..12]}-{number}.examples";

    /// <summary>The name of a file that takes the place of one of which examples were forgotten.</summary>
    public static string RewrittenNameOf(long firstRow, Guid writer, long number) =>
        $"rows-{firstRow:d19}-{writer.ToString("N")[..12]}-f{number}.examples";

    /// <summary>The name of a file that was made of others.</summary>
    public static string MergedNameOf(long firstRow, Guid writer, long number) =>
        $"rows-{firstRow:d19}-{writer.ToString("N")[..12]}-m{number}.examples";
}
