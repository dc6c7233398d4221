using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Expiry;

/// <summary>How many event times were not what they should be.</summary>
/// <param name="Clamped">Those that led by too much and were taken as earlier ones; <paramref name="Future"/> ones are among them.</param>
/// <param name="Future">Those later than the clock and the skew: they have not happened yet, so that a clock is wrong.</param>
/// <param name="Late">Those that lay further behind the newest one than the skew; they were taken as they were.</param>
/// <param name="Implausible">Those that were 0, or before 1980: no time was given, or one in a wrong unit.</param>
public readonly record struct EventTimeCounts(long Clamped, long Future, long Late, long Implausible)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(EventTimeCounts), PrintMembers);
}
