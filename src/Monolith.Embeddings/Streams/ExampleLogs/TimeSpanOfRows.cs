namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>The least and the greatest event time of some rows, in milliseconds since the Unix epoch.</summary>
internal readonly record struct TimeSpanOfRows(long First, long Last)
{
    /// <summary>Of no rows.</summary>
    public static TimeSpanOfRows None => new(long.MaxValue, long.MinValue);

    public TimeSpanOfRows With(long time) => new(Math.Min(First, time), Math.Max(Last, time));

    public TimeSpanOfRows With(TimeSpanOfRows other) => new(Math.Min(First, other.First), Math.Max(Last, other.Last));
}
