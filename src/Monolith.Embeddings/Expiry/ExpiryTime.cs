using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Expiry;

/// <summary>The time of an expiry pass, by both clocks.</summary>
public readonly record struct ExpiryTime
{
    /// <summary>The newest event time that the table has seen, in seconds since the Unix epoch; 0 before the first.</summary>
    public required uint NewestEvent { get; init; }

    /// <summary>The time of the table set's <see cref="TimeProvider"/>, in seconds since the Unix epoch.</summary>
    public required uint Clock { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ExpiryTime), PrintMembers);

    /// <summary>The last update that rows have for a policy that were written before any event time was known.</summary>
    internal uint OfUntimedRows => NewestEvent != 0 ? NewestEvent : Clock;
}
