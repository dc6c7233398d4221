namespace PositiveOnly;

/// <summary>What a user chose.</summary>
/// <param name="User">The customer, or the session.</param>
/// <param name="Item">The item.</param>
/// <param name="At">When; in order.</param>
/// <param name="Recent">The user's newest items before, the oldest first.</param>
internal readonly record struct Event(long User, long Item, DateTimeOffset At, long[] Recent);
