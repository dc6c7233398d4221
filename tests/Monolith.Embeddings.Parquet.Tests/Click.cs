using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Parquet.Tests;

/// <summary>A row of <see cref="ParquetFile.OfClicksAsync"/>.</summary>
internal sealed record Click(long User, long Item, string Recent, double Score, DateTimeOffset At)
{
    public static readonly string[] Columns = ["user", "item", "recent", "score", "at"];

    public static Click Of(ParquetRow row) => new(row.Id(0), row.IsNull(1) ? 0 : row.Id(1), string.Join(' ', row.Ids(2).ToArray()),
        row.IsNull(3) ? -1 : row.Single(3), row.Time(4));

    public static Click Expected(int number) => new(number, number % 3 == 0 ? 0 : FeatureId.OfText($"item {number}"),
        string.Join(' ', ParquetFile.RecentOf(number) ?? []), number % 2 == 0 ? -1 : number / 4.0, ParquetFile.TimeOf(number));
}
