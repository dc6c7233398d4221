using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>When and why a row was removed.</summary>
[DebuggerDisplay("{Cause} at {EventTime}")]
public sealed record RowRemoval
{
    /// <summary>Why.</summary>
    public required RemovalCause Cause { get; init; }

    /// <summary>The newest event time that the table had seen then; <see cref="DateTimeOffset.UnixEpoch"/> before the first.</summary>
    public required DateTimeOffset EventTime { get; init; }

    /// <summary>The time of the table set's <see cref="TimeProvider"/> then, in whole seconds.</summary>
    public required DateTimeOffset ClockTime { get; init; }

    /// <summary>
    /// The newest event time that had changed the row; <see cref="DateTimeOffset.UnixEpoch"/> where the table had known none yet.
    /// </summary>
    public required DateTimeOffset LastUpdate { get; init; }

    /// <summary>The name of the policy that chose the row; null where the caller removed it.</summary>
    public string? Policy { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RowRemoval), PrintMembers);
}
