namespace Monolith.Embeddings.Expiry.EventTimes;

/// <summary>What an <see cref="EventClock"/> knows.</summary>
/// <param name="Newest">The watermark.</param>
/// <param name="Doubted">The least of the times that are doubted now.</param>
/// <param name="Ahead">The watermark that these have among themselves.</param>
/// <param name="Confirmed">What <paramref name="Ahead"/> was when it was last confirmed: times near it are near the watermark.</param>
/// <param name="Witnesses">How many these are, less the times near the watermark since.</param>
/// <param name="Support">How many times near the watermark have come since the first one, less those far behind it; no more than it takes
/// to be sure.</param>
/// <param name="Counts">What happened to times.</param>
internal readonly record struct EventClockState(
    long Newest, long Doubted, long Ahead, long Confirmed, int Witnesses, int Support, EventTimeCounts Counts)
{
    /// <summary>The support of a watermark that is on trial no more.</summary>
    public const int Settled = int.MaxValue;
}
