using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Admission;

/// <summary>An id that asks for a row.</summary>
/// <param name="Id">The id.</param>
/// <param name="MixedId">The id through a bijection that spreads its bits: fit for use as a hash.</param>
/// <param name="Count">How often it occurred in the batch, at least 1.</param>
/// <param name="EventTime">The batch's event time in seconds since the Unix epoch.</param>
/// <param name="Step">The trainer's global step, from 0.</param>
public readonly record struct AdmissionRequest(long Id, ulong MixedId, int Count, uint EventTime, long Step)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(AdmissionRequest), PrintMembers);
}
