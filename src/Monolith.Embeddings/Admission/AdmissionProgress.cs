using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Admission;

/// <summary>How far an id without a row has come.</summary>
/// <param name="Occurrences">How often it was counted so far.</param>
/// <param name="Threshold">How many occurrences make a row.</param>
/// <param name="IsUpperBound">Whether it may have come less far: a sketch takes some ids for others, and counts that decay are told as of when the id was last seen.</param>
[DebuggerDisplay("{Occurrences} of {Threshold}")]
public readonly record struct AdmissionProgress(long Occurrences, long Threshold, bool IsUpperBound = false)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(AdmissionProgress), PrintMembers);
}
