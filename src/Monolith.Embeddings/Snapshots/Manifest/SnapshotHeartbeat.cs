using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A sign of life of the trainer that holds a store, in the manifest: what tells a dead trainer from a quiet stream. Immutable;
/// thread-safe.
/// </summary>
public sealed record SnapshotHeartbeat
{
    /// <summary>When it was written, by the trainer's clock, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How long after <see cref="Time"/> the next one was promised at the latest, while the trainer is at work.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>What the trainer did.</summary>
    public required HeartbeatState State { get; init; }

    /// <summary>How many examples it had learned from.</summary>
    public required long Examples { get; init; }

    /// <summary>How many of <see cref="Examples"/> were in no commit yet; 0 where the stream was quiet since the newest one.</summary>
    public required long Uncommitted { get; init; }

    /// <summary>
    /// The newest event time that the trainer believed, in UTC; <see cref="DateTimeOffset.UnixEpoch"/> where it knew none.
    /// </summary>
    public required DateTimeOffset EventTime { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotHeartbeat), PrintMembers);
}
