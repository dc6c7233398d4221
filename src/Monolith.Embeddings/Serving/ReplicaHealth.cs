using Monolith.Embeddings.Diagnostics;

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

    /// <summary>Why it could not follow when it last tried; null where it could.</summary>
    public Exception? LastFailure { get; init; }

    /// <summary>One sentence for logs and health checks.</summary>
    public string Description => Status switch
    {
        ReplicaStatus.NotReady when LastFailure is null => $"No commit yet, for {Lag.Age}.",
        ReplicaStatus.NotReady => $"No commit yet, for {Lag.Age}: {LastFailure!.Message}",
        ReplicaStatus.Failing => $"Serves commit {Version.Number}, {Lag.Age} old, and cannot follow: {LastFailure!.Message}",
        ReplicaStatus.Behind => $"Serves commit {Version.Number}, {Lag.Age} old; {Lag.Commits} newer commits are known.",
        _ => $"Serves commit {Version.Number}, {Lag.Age} old.",
    };

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ReplicaHealth), PrintMembers);
}
