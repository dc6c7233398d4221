namespace DelayedFeedback;

/// <summary>One example as a stream hands it to a model.</summary>
/// <param name="RequestId">Of which impression.</param>
/// <param name="Time">When it goes out, in milliseconds since the Unix epoch.</param>
/// <param name="Label">0 or 1.</param>
/// <param name="Delay">From the impression to the action, or as long as a negative has waited.</param>
/// <param name="IsLate">Whether it is a positive whose negative went out before it, at the close.</param>
internal readonly record struct Emission(long RequestId, long Time, float Label, TimeSpan Delay, bool IsLate);
