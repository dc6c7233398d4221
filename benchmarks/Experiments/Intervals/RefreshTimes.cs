namespace Experiments.Intervals;

/// <summary>Before which shards a serving copy is refreshed.</summary>
/// <param name="Every">The number of shards before each refresh.</param>
/// <param name="IsDaily">Of those, only before the first that begins on a later day than the last refresh, by event time.</param>
internal readonly record struct RefreshTimes(int Every, bool IsDaily)
{
    /// <summary>Whether a copy is refreshed before a shard.</summary>
    /// <param name="shard">The shard, from 0. All copies have the history before the first.</param>
    /// <param name="startsDay">Whether a day of event time has begun since the last refresh.</param>
    public bool IsDue(int shard, bool startsDay) => shard % Every == 0 && (!IsDaily || startsDay);
}
