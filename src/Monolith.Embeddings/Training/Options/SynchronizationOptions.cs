using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>When a trainer that has a store commits to it. Each commit is safe to resume from, and is what replicas follow.</summary>
public sealed class SynchronizationOptions : IValidatedOptions
{
    /// <summary>
    /// How often it commits; a bare time span is by the clock. Default one minute by the clock. When it commits changes nothing of what is
    /// learned. A commit that is due is cut between two batches, or while the trainer waits for the next one, so that a stream that falls
    /// silent is committed too. One commit at a time: one that becomes due by the clock while another is written is cut after that. One
    /// that is due by event time, examples or batches belongs to its place in the stream: training waits there until the other is written,
    /// so that the same batches are followed by commits however often the trainer is stopped and goes on.
    /// </summary>
    public Schedule SparseEvery { get; set; } = Schedule.ByClock(TimeSpan.FromMinutes(1));

    /// <summary>
    /// Whether it commits at the end of a run: when the stream ends, and when the run is cancelled between two batches. Default true.
    /// </summary>
    public bool CommitAtEnd { get; set; } = true;

    /// <summary>The shortest time between two heartbeats: 100 ms.</summary>
    public static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest time between two heartbeats: a day.</summary>
    public static readonly TimeSpan LongestHeartbeat = TimeSpan.FromDays(1);

    /// <summary>
    /// How often, by the clock and in whole milliseconds, the trainer gives a sign of life to its store, between two batches and while none
    /// comes: <see cref="ShortestHeartbeat"/> to <see cref="LongestHeartbeat"/>, or <see cref="Timeout.InfiniteTimeSpan"/> for never.
    /// Default 10 seconds. A replica that sees none for three times as long says that the trainer is silent, and not that the stream is
    /// quiet (<see cref="Serving.ReplicaStatus"/>). Each replaces the manifest, as a commit does: some kilobytes.
    /// </summary>
    public TimeSpan HeartbeatEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What happens when commits fail. Default: training goes on, and tries again, while the store has no room or does not answer; it stops
    /// after ten commits that found the store damaged. A trainer whose store another one has taken over ends at once.
    /// </summary>
    public CommitFailureOptions Failures { get; set; } = new();

    /// <summary>
    /// After how many deltas the chain is folded into a new full, beside training, so that a restart and a new replica have few files to
    /// read: 1 to 1,000,000. Default 60. Null where something else does it (<see cref="SnapshotCompactor"/>), in another process for one.
    /// </summary>
    public int? CompactAfterDeltas { get; set; } = 60;

    /// <summary>
    /// How often replicas get the dense weights with a commit: with the first that is made when they are due. A bare time span is by the
    /// clock, and zero is with each commit, as the default, one batch, is. Replicas keep the weights that they have meanwhile
    /// (<see cref="Serving.ReplicaVersion.DenseNumber"/>), and commits are smaller by as much. What training goes on from always holds the
    /// dense weights of its own moment, and each full has them for replicas too. <see cref="Schedule.Never"/>: with fulls alone.
    /// </summary>
    public Schedule DenseEvery { get; set; } = Schedule.ByBatches(1);

    /// <summary>
    /// How often the chain is folded into a new full snapshot, besides after <see cref="CompactAfterDeltas"/>; a bare time span is by the
    /// clock. Default <see cref="Schedule.Never"/>. The full is made of the files of the chain, beside training, so that no commit waits
    /// for it: it stands for the newest commit of when it was begun. Looked at when a commit has become durable, and by the clock while the
    /// stream is silent; where nothing was committed since the last full, nothing is done. By the clock, the age of the full counts that a
    /// trainer goes on from.
    /// </summary>
    public Schedule FullEvery { get; set; } = Schedule.Never;

    /// <summary>
    /// Which old commits stay. The others are dropped when a run goes on from a store, when the chain was folded, when a commit failed, and
    /// when they take more bytes than may stay. Where the newest full and its deltas alone come to more than half of that, they are folded
    /// before <see cref="CompactAfterDeltas"/> says so.
    /// </summary>
    public SnapshotRetention Retention { get; set; } = new();

    /// <summary>
    /// Which old commits stay where the store has no room: a commit failed for that (<see cref="SnapshotException.IsOutOfRoom"/>) and
    /// <see cref="Retention"/> frees nothing more, or what is left would not do for the next folding. Where this frees nothing either,
    /// the chain is folded. Default: those alone that the newest one is restored from. A replica that is further behind then loads the
    /// newest full instead of what followed its own. Set it to what <see cref="Retention"/> is where older commits must stay whatever
    /// happens.
    /// </summary>
    public SnapshotRetention RetentionOutOfRoom { get; set; } = new() { Commits = 1, Age = TimeSpan.Zero };

    /// <summary>
    /// When commits are held back from replicas, because what was learned is worse than it should be; null (the default) for never.
    /// Training, and what it goes on from after a crash, do not depend on it.
    /// </summary>
    public PublicationGateOptions? Gate { get; set; }

    /// <summary>
    /// How many of the rows that the tables lost are told, with cause and time, beside the commits, so that it can be said much later why
    /// an id has none; null (the default) for none. A commit then writes at most a sixteenth of what is kept, beside what is new. Needs
    /// tables in this process, as one <see cref="Tables.EmbeddingTableSet"/>.
    /// </summary>
    public RemovalAuditOptions? RemovalAudit { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        SparseEvery.CollectErrors(errors, nameof(SparseEvery));
        WithEachCommit(DenseEvery).CollectErrors(errors, nameof(DenseEvery));
        FullEvery.CollectErrors(errors, nameof(FullEvery));
        if (CompactAfterDeltas is { } deltas) errors.InRange(nameof(CompactAfterDeltas), deltas, 1, 1_000_000);
        errors.Require(
            HeartbeatEvery == Timeout.InfiniteTimeSpan || (HeartbeatEvery >= ShortestHeartbeat && HeartbeatEvery <= LongestHeartbeat),
            nameof(HeartbeatEvery), $"{HeartbeatEvery} is neither infinite nor between {ShortestHeartbeat} and {LongestHeartbeat}.");
        errors.Nested(nameof(Failures), Failures);
        errors.Nested(nameof(Retention), Retention);
        errors.Nested(nameof(RetentionOutOfRoom), RetentionOutOfRoom);
        if (Gate is not null) errors.Nested(nameof(Gate), Gate);
        if (RemovalAudit is not null) errors.Nested(nameof(RemovalAudit), RemovalAudit);
    }

    internal SynchronizationOptions Copy()
    {
        var copy = (SynchronizationOptions)MemberwiseClone();
        (copy.Failures, copy.Retention, copy.RetentionOutOfRoom) = (Failures.Copy(), Retention.Copy(), RetentionOutOfRoom.Copy());
        (copy.Gate, copy.RemovalAudit) = (Gate?.Copy(), RemovalAudit?.Copy());
        copy.SparseEvery = SparseEvery.WithTimeByClock();
        copy.DenseEvery = WithEachCommit(DenseEvery).WithTimeByClock();
        copy.FullEvery = FullEvery.WithTimeByClock();
        return copy;
    }

    // Zero was always with each commit.
    private static Schedule WithEachCommit(Schedule dense) =>
        dense.Time == TimeSpan.Zero ? Schedule.FirstOf(dense with { Time = null }, Schedule.ByBatches(1)) : dense;
}
