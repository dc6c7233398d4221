using System.Globalization;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// What the newest chain of a store says of an id, see <see cref="SnapshotInspector.ExplainAsync"/>. Immutable.
/// </summary>
public sealed record StoredExplanation
{
    /// <summary>The table's name.</summary>
    public required string Table { get; init; }

    /// <summary>The id.</summary>
    public required long Id { get; init; }

    /// <summary>Whether it has a row, is counted, was removed, or nothing is known of it.</summary>
    public required StoredIdState State { get; init; }

    /// <summary>The newest commit of the store, as of which this is.</summary>
    public required ulong Newest { get; init; }

    /// <summary>
    /// The commit that has the row as it is, or that removed it, of those since the newest full; null where none says anything of it, as
    /// where the audit alone knows of a removal.
    /// </summary>
    public ulong? Commit { get; init; }

    /// <summary>
    /// When <see cref="Commit"/> was made, by the clock of its trainer: a removal lies between the commit before and this. Null where
    /// that is null.
    /// </summary>
    public DateTimeOffset? CommitCreated { get; init; }

    /// <summary>
    /// The newest event time that changed the row, in whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> where the table knew none yet,
    /// null without a row.
    /// </summary>
    public DateTimeOffset? LastUpdate { get; init; }

    /// <summary>How often it was seen, where an exact admission filter counts it; else null.</summary>
    public int? Occurrences { get; init; }

    /// <summary>
    /// When and why it last lost a row, where the trainer audits removals (<c>SynchronizationOptions.RemovalAudit</c>) and this one is
    /// among those that are kept; else null.
    /// </summary>
    public RowRemoval? LastRemoval { get; init; }

    /// <summary>Whether it is in the list of those that were forgotten (<c>OnlineTrainer.ForgetAsync</c>).</summary>
    public required bool IsForgotten { get; init; }

    /// <summary>The same in words.</summary>
    public override string ToString()
    {
        var state = State switch
        {
            StoredIdState.HasRow => $"has a row, last changed by commit {Commit}; last update {LastUpdate:u}",
            StoredIdState.Counted => $"has no row; it was seen {Occurrences} times, and the admission filter waits for more",
            StoredIdState.Removed when Commit is null => "has no row",
            StoredIdState.Removed => $"has no row; commit {Commit} of {CommitCreated:u} removed it",
            _ => "has no row, and nothing is known of it: it never came, a sketch counts it, or it was removed before the newest full",
        };
        var lost = LastRemoval is { } removal
            ? $"It lost {(State == StoredIdState.HasRow ? "one before" : "its row")}: {ExplanationText.Words(removal)}. "
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"Table '{Table}', id {Id}: {state}. {lost}{(IsForgotten ? "It was forgotten. " : "")}As of commit {Newest}.");
    }
}
