using Monolith.Embeddings.Datasets;

namespace PositiveOnly;

/// <summary>
/// Clicks of sessions. The log tells the day alone: the clicks of a day are spread evenly over it, in the order of the file.
/// </summary>
public static class YoochooseLog
{
    private static readonly DateTimeOffset Start = new(2014, 4, 1, 0, 0, 0, TimeSpan.Zero);

    public static Choice[] Read(string folder)
    {
        var options = new CsvOptions { Delimiter = ' ', HasHeader = false, Quoting = CsvQuoting.None };
        var reader = new CsvReader<(long Session, long Item)>([0, 1], row => (row.Int64(0), row.Int64(1)), options);
        var choices = new List<Choice>();
        foreach (var (day, path) in Directory.GetFiles(folder, "day_*.txt.gz").Order(StringComparer.Ordinal).Index())
        {
            var clicks = reader.Read(path).ToArray();
            choices.AddRange(clicks.Select((click, place) =>
                new Choice(click.Session, click.Item, Start.AddDays(day + (double)place / clicks.Length))));
        }
        return [.. choices];
    }
}
