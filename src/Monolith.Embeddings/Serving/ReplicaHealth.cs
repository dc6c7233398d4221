using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Serving;

/// <summary>How a replica was when it was asked. Immutable; thread-safe.</summary>
public sealed record ReplicaHealth
{
    /// <summary>Whether it serves, and follows.</summary>
    public required ReplicaStatus Status { get; init; }

    /// <summary>The commit that it holds; <see cref="ReplicaVersion.None"/> before the first.</summary>
    public required ReplicaVersion Version { get; init; }

    /// <summary>How far it is behind.</summary>
    public required ReplicaLag Lag { get; init; }

    /// <summary>The number of the commit that it is pinned to; null while it follows its store.</summary>
    public ulong? PinnedTo { get; init; }

    /// <summary>The last sign of life of the trainer; null where it gives none, or none was seen.</summary>
    public SnapshotHeartbeat? Heartbeat { get; init; }

    /// <summary>
    /// How long there was nothing new of the trainer, between two looks at the store, by the replica's clock; null where it gives no signs
    /// of life, or its run has ended.
    /// </summary>
    public TimeSpan? TrainerSilence { get; init; }

    /// <summary>Where its store goes on since it was migrated to another schema; null where it was not.</summary>
    public SnapshotSuccessor? MovedTo { get; init; }

    /// <summary>Why it could not follow when it last tried; null where it could.</summary>
    public Exception? LastFailure { get; init; }

    /// <summary>One sentence for logs and health checks.</summary>
    public string Description => Version.PublishedNumber == Version.Number
        ? Served
        : $"{Served} Its content is that of commit {Version.PublishedNumber}; later ones are held back before publication.";

    private string Served => Status switch
    {
        ReplicaStatus.NotReady when LastFailure is null => $"No commit yet, for {Lag.Age}.",
        ReplicaStatus.NotReady => $"No commit yet, for {Lag.Age}: {LastFailure!.Message}",
        ReplicaStatus.Failing => $"Serves commit {Version.Number}, {Lag.Age} old, and cannot follow: {LastFailure!.Message}",
        ReplicaStatus.SchemaMovedOn =>
            $"Serves commit {Version.Number}, {Lag.Age} old. The schema moved on: the store was migrated to chain {MovedTo!.Chain}.",
        ReplicaStatus.Pinned =>
            $"Serves commit {Version.Number}, {Lag.Age} old, to which it is pinned; {Lag.Commits} newer commits are known.",
        ReplicaStatus.Behind => $"Serves commit {Version.Number}, {Lag.Age} old; {Lag.Commits} newer commits are known.",
        ReplicaStatus.StreamQuiet => $"Serves commit {Version.Number}, {Lag.Age} old; the trainer has learned nothing since.",
        ReplicaStatus.TrainerEnded => $"Serves commit {Version.Number}, {Lag.Age} old; the trainer's run has ended.",
        ReplicaStatus.TrainerSilent =>
            $"Serves commit {Version.Number}, {Lag.Age} old; the trainer gave no sign of life for {TrainerSilence}.",
        ReplicaStatus.TrainerFailed => $"Serves commit {Version.Number}, {Lag.Age} old; the trainer's run ended by an exception.",
        ReplicaStatus.TrainerDiverged => $"Serves commit {Version.Number}, {Lag.Age} old; the model diverged since, and training stopped.",
        _ => $"Serves commit {Version.Number}, {Lag.Age} old.",
    };

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ReplicaHealth), PrintMembers);
}
