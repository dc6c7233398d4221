using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>When and why a row was removed.</summary>
[DebuggerDisplay("{Cause} at {EventTime}")]
public sealed record RowRemoval
{
    /// <summary>Why.</summary>
    public required RemovalCause Cause { get; init; }

    /// <summary>The newest event time that the table had seen then, in seconds since the Unix epoch.</summary>
    public required uint EventTime { get; init; }

    /// <summary>The time of the table set's <see cref="TimeProvider"/> then, in seconds since the Unix epoch.</summary>
    public required uint ClockTime { get; init; }

    /// <summary>The newest event time that had changed the row, in seconds since the Unix epoch.</summary>
    public required uint LastUpdate { get; init; }

    /// <summary>The name of the policy that chose the row; null where the caller removed it.</summary>
    public string? Policy { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RowRemoval), PrintMembers);
}
