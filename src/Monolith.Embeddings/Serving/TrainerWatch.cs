using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// What a replica knows of its trainer's life: when it last saw something new of it. By the replica's own clock alone, so that no clock
/// that is wrong makes a trainer dead or alive. Written by the thread that looks at the store; read by any thread.
/// </summary>
/// <param name="time">The replica's clock.</param>
internal sealed class TrainerWatch(TimeProvider time)
{
    // A heartbeat may come late, and be seen late.
    private const int Missed = 3;

    private Sight? _sight;

    /// <summary>The last sign of life; null where the trainer gives none.</summary>
    public SnapshotHeartbeat? Heartbeat => Volatile.Read(ref _sight)?.Sign.Heartbeat;

    /// <summary>
    /// How long, between two looks at the store, there was nothing new of the trainer; null where it gives no sign of life, or ended.
    /// </summary>
    public TimeSpan? SilentFor => Volatile.Read(ref _sight) is { Sign.Heartbeat.State: HeartbeatState.Training } sight
        ? time.GetElapsedTime(sight.Since, sight.LookedAt)
        : null;

    /// <summary>Whether it is silent for longer than it promised.</summary>
    public bool IsSilent => SilentFor is { } silence && silence >= Missed * Heartbeat!.Every;

    /// <summary>Whether it said, since it made a commit, that it has learned nothing more.</summary>
    /// <param name="committed">When the commit was made.</param>
    public bool IsQuietSince(DateTimeOffset committed) => Heartbeat is { Uncommitted: 0 } heartbeat && heartbeat.Time > committed;

    /// <summary>Takes note of what the store holds now.</summary>
    public void Look(SnapshotManifest manifest)
    {
        var (now, before) = (time.GetTimestamp(), _sight);
        var sign = new Sign(manifest.Incarnation, manifest.Newest?.Identity ?? Guid.Empty, manifest.Heartbeat);
        Volatile.Write(ref _sight, before is null || before.Sign != sign ? new Sight(sign, now, now) : before with { LookedAt = now });
    }

    /// <summary>Takes note that the store holds what it held.</summary>
    public void LookAgain()
    {
        if (_sight is { } sight) Volatile.Write(ref _sight, sight with { LookedAt = time.GetTimestamp() });
    }

    // A fold, and what another process drops, are no signs of life.
    private sealed record Sign(ulong Incarnation, Guid Newest, SnapshotHeartbeat? Heartbeat);

    private sealed record Sight(Sign Sign, long Since, long LookedAt);
}
