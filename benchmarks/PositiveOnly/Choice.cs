namespace PositiveOnly;

/// <summary>A line of a log: which user chose which item, and when.</summary>
public readonly record struct Choice(long User, long Item, DateTimeOffset At);
