namespace PositiveOnly;

/// <summary>A line of a log: who chose what, and when.</summary>
internal readonly record struct Choice(long User, long Item, DateTimeOffset At);
