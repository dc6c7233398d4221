using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// What the parts of a commit must agree with: sent by the trainer that cuts to the processes that write parts, as JSON for example.
/// Immutable; thread-safe.
/// </summary>
public sealed record SnapshotPartPlan
{
    private readonly ValueList<string> _parts = ValueList<string>.Empty;
    private readonly ValueList<ServedTable> _servedTables = ValueList<ServedTable>.Empty;

    /// <summary>The chain.</summary>
    public required Guid Chain { get; init; }

    /// <summary>The trainer's incarnation.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>The trainer's identity.</summary>
    public required Guid Trainer { get; init; }

    /// <summary>The commit's number.</summary>
    public required ulong Number { get; init; }

    /// <summary>The commit's identity, see <see cref="SnapshotCommit.Id"/>.</summary>
    public required Guid Commit { get; init; }

    /// <summary>The identity of the newest commit that is durable, which a delta goes on from; empty where there is none.</summary>
    public required Guid Before { get; init; }

    /// <summary>The names of the commit's parts.</summary>
    public required IReadOnlyList<string> Parts
    {
        get => _parts;
        init => _parts = new ValueList<string>(value);
    }

    /// <summary>Which of the trainer's tries it is.</summary>
    public required int Attempt { get; init; }

    /// <summary>Whether everything is written, or what changed.</summary>
    public required SnapshotKind Kind { get; init; }

    /// <summary>The cut that a delta goes on from; 0 for a full.</summary>
    public required ulong From { get; init; }

    /// <summary>The cut of the commit.</summary>
    public required ulong To { get; init; }

    /// <summary>Whether parts have files for replicas too.</summary>
    public required bool PublishesServing { get; init; }

    /// <summary>
    /// What the files for replicas hold of tables that they get less often, see <see cref="SnapshotCommit.ServedTables"/>. Default: none.
    /// </summary>
    public IReadOnlyList<ServedTable> ServedTables
    {
        get => _servedTables;
        init => _servedTables = new ValueList<ServedTable>(value);
    }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotPartPlan), PrintMembers);
}
