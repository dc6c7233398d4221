using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Admission;

/// <summary>How far an id without a row has come.</summary>
[DebuggerDisplay("{Occurrences} of {Threshold}")]
public readonly record struct AdmissionProgress
{
    /// <summary>How often it was counted so far.</summary>
    public required long Occurrences { get; init; }

    /// <summary>How many occurrences make a row.</summary>
    public required long Threshold { get; init; }

    /// <summary>Whether it may have come less far: a sketch takes some ids for others, and counts that decay are told as of when the id was
    /// last seen.</summary>
    public bool IsUpperBound { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(AdmissionProgress), PrintMembers);
}
