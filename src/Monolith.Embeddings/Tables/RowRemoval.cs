using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>When and why a row was removed.</summary>
/// <param name="Cause">Why.</param>
/// <param name="EventTime">The newest event time that the table had seen then, in seconds since the Unix epoch.</param>
/// <param name="ClockTime">The time of the table set's <see cref="TimeProvider"/> then, in seconds since the Unix epoch.</param>
/// <param name="LastUpdate">The newest event time that had changed the row, in seconds since the Unix epoch.</param>
[DebuggerDisplay("{Cause} at {EventTime}")]
public sealed record RowRemoval(RemovalCause Cause, uint EventTime, uint ClockTime, uint LastUpdate)
{
    /// <summary>The name of the policy that chose the row; null where the caller removed it.</summary>
    public string? Policy { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RowRemoval), PrintMembers);
}
