using Monolith.Embeddings.Datasets;

namespace SequenceQuality.Clicks;

/// <summary>The sessions of Yoochoose, by day.</summary>
internal static class SessionLog
{
    private const string Files = "day_*.txt.gz";

    public static bool IsIn(string folder) => Directory.GetFiles(folder, Files).Length > 0;

    /// <summary>Reads the items of each session in their order, sessions by the place of their last click; a list a day.</summary>
    public static long[][][] Read(string folder)
    {
        var options = new CsvOptions { Delimiter = ' ', HasHeader = false, Quoting = CsvQuoting.None };
        var reader = new CsvReader<(long Session, long Item)>([0, 1], row => (row.Int64(0), row.Int64(1)), options);
        return
        [
            .. Directory.GetFiles(folder, Files).Order(StringComparer.Ordinal).Select(path => reader.Read(path).Index()
                .GroupBy(click => click.Item.Session).OrderBy(session => session.Last().Index)
                .Select(session => session.Select(click => click.Item.Item).ToArray()).ToArray()),
        ];
    }
}
