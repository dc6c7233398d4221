using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Expiry;

/// <summary>The time of an expiry pass, by both clocks.</summary>
public readonly record struct ExpiryTime
{
    [SetsRequiredMembers]
    internal ExpiryTime(uint newestEventSeconds, uint clockSeconds) =>
        (NewestEventSeconds, ClockSeconds) = (newestEventSeconds, clockSeconds);

    /// <summary>
    /// The newest event time that the table has seen, in whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> before the first.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies before 1970 or after 2106-02-07 06:28:15.</exception>
    public required DateTimeOffset NewestEventTime
    {
        get => EventSeconds.ToTime(NewestEventSeconds);
        init => NewestEventSeconds = EventSeconds.Of(value, nameof(NewestEventTime));
    }

    /// <summary>The time of the table set's <see cref="TimeProvider"/>, in whole seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies before 1970 or after 2106-02-07 06:28:15.</exception>
    public required DateTimeOffset Clock
    {
        get => EventSeconds.ToTime(ClockSeconds);
        init => ClockSeconds = EventSeconds.Of(value, nameof(Clock));
    }

    internal uint NewestEventSeconds { get; private init; }

    internal uint ClockSeconds { get; private init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ExpiryTime), PrintMembers);

    /// <summary>The last update that rows have for a policy that were written before any event time was known.</summary>
    internal uint SecondsOfUntimedRows => NewestEventSeconds != 0 ? NewestEventSeconds : ClockSeconds;
}
