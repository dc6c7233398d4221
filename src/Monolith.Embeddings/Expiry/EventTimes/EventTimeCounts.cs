using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Expiry;

/// <summary>How many event times were not what they should be.</summary>
public readonly record struct EventTimeCounts
{
    /// <summary>Those that led by too much and were taken as earlier ones; <see cref="Future"/> ones are among them.</summary>
    public required long Clamped { get; init; }

    /// <summary>Those later than the clock and the skew: they have not happened yet, so that a clock is wrong.</summary>
    public required long Future { get; init; }

    /// <summary>Those that lay further behind the newest one than the skew; they were taken as they were.</summary>
    public required long Late { get; init; }

    /// <summary>Those that were 0, or before 1980: no time was given, or one in a wrong unit.</summary>
    public required long Implausible { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(EventTimeCounts), PrintMembers);
}
