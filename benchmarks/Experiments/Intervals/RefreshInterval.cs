namespace Experiments.Intervals;

/// <summary>How often a serving copy is refreshed.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Shards">The number of shards between two refreshes; null for once a day of event time, or never.</param>
/// <param name="IsDaily">Whether once a day.</param>
internal sealed record RefreshInterval(string Name, int? Shards, bool IsDaily = false)
{
    /// <summary>The intervals that are compared, from the shortest on.</summary>
    public static IReadOnlyList<RefreshInterval> All { get; } =
    [
        new("1 shard", 1), new("5 shards", 5), new("10 shards", 10), new("50 shards", 50),
        new("a day", null, IsDaily: true), new("never", null),
    ];

    /// <summary>The intervals that differ from never with a number of shards.</summary>
    /// <param name="shards">How many shards the live part has.</param>
    public static IEnumerable<RefreshInterval> Within(int shards) =>
        All.Where(interval => interval.Shards is not { } every || every < shards);

    /// <summary>When copies are refreshed whose live part has some shards, in shards of which there are more.</summary>
    /// <param name="shards">How many shards.</param>
    /// <param name="finest">The greater number, a multiple of it.</param>
    public RefreshTimes Times(int shards, int finest) => Shards is { } every ? new(every * (finest / shards), IsDaily: false)
        : IsDaily ? new(finest / shards, IsDaily: true)
        : new(finest, IsDaily: false);
}
