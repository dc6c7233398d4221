namespace PositiveOnly;

/// <summary>A line of a log: who chose what, and when.</summary>
public readonly record struct Choice(long User, long Item, DateTimeOffset At);
