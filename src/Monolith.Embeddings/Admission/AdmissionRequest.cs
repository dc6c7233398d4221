using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Admission;

/// <summary>An id that asks for a row.</summary>
public readonly record struct AdmissionRequest
{
    /// <summary>The id.</summary>
    public required long Id { get; init; }

    /// <summary>The id through a bijection that spreads its bits: fit for use as a hash.</summary>
    public required ulong MixedId { get; init; }

    /// <summary>How often it occurred in the batch, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>The batch's event time in seconds since the Unix epoch.</summary>
    public required uint EventTime { get; init; }

    /// <summary>The trainer's global step, from 0.</summary>
    public required long Step { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(AdmissionRequest), PrintMembers);
}
