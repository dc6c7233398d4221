using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Admission;

/// <summary>An id that asks for a row.</summary>
public readonly record struct AdmissionRequest
{
    [SetsRequiredMembers]
    internal AdmissionRequest(long id, ulong mixedId, int count, uint eventSeconds, long step) =>
        (Id, MixedId, Count, EventSeconds, Step) = (id, mixedId, count, eventSeconds, step);

    /// <summary>The id.</summary>
    public required long Id { get; init; }

    /// <summary>The id through a bijection that spreads its bits: fit for use as a hash.</summary>
    public required ulong MixedId { get; init; }

    /// <summary>How often it occurred in the batch, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>The batch's event time, in whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> where none is known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies before 1970 or after 2106-02-07 06:28:15.</exception>
    public required DateTimeOffset EventTime
    {
        get => Rows.EventSeconds.ToTime(EventSeconds);
        init => EventSeconds = Rows.EventSeconds.Of(value, nameof(EventTime));
    }

    /// <summary>The trainer's global step, from 0.</summary>
    public required long Step { get; init; }

    internal uint EventSeconds { get; private init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(AdmissionRequest), PrintMembers);
}
