using Experiments.Data;

namespace Experiments.Intervals;

/// <summary>The part of a log behind the history, in shards of one size; what is left over at the end belongs to the last.</summary>
/// <param name="log">The events.</param>
/// <param name="historyShare">The share of the events that is history.</param>
/// <param name="shards">How many shards.</param>
internal sealed class LivePart(EventLog log, double historyShare, int shards)
{
    /// <summary>How many events are history.</summary>
    public int History { get; } = (int)(log.Count * historyShare);

    /// <summary>How many shards there are.</summary>
    public int Shards => shards;

    /// <summary>How many events a shard has.</summary>
    public int ShardSize => (log.Count - History) / shards;

    /// <summary>The event behind a shard's last.</summary>
    /// <param name="shard">The shard, from 0; -1 for the history.</param>
    public int EndOf(int shard) => shard == shards - 1 ? log.Count : History + ShardSize * (shard + 1);

    /// <summary>The events of a shard.</summary>
    public int[] EventsOf(int shard) => [.. Enumerable.Range(EndOf(shard - 1), EndOf(shard) - EndOf(shard - 1))];

    /// <summary>The day, in UTC, on which a shard begins.</summary>
    public DateOnly DayOf(int shard) => DateOnly.FromDateTime(log.TimeOf(EndOf(shard - 1)).UtcDateTime);
}
