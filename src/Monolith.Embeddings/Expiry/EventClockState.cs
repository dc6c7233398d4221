namespace Monolith.Embeddings.Expiry;

/// <summary>What an <see cref="EventClock"/> knows.</summary>
/// <param name="Newest">The watermark.</param>
/// <param name="Doubted">The least of the times that are doubted now.</param>
/// <param name="Witnesses">How many these are.</param>
/// <param name="Clamped">How many were clamped.</param>
internal readonly record struct EventClockState(long Newest, long Doubted, int Witnesses, long Clamped);
