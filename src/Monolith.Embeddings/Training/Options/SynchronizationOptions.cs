using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>When a trainer that has a store commits to it. Each commit is safe to resume from, and is what replicas follow.</summary>
public sealed class SynchronizationOptions : IValidatedOptions
{
    /// <summary>
    /// How much time passes between two commits, by the clock: more than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for none by the
    /// clock. Default one minute. When it commits changes nothing of what is learned. A commit that is due is cut between two batches, or
    /// while the trainer waits for the next one, so that a stream that falls silent is committed too.
    /// </summary>
    public TimeSpan SparseEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After how many batches it commits, whatever the clock says: at least 1. Null, the default, for no such rule.</summary>
    public long? SparseEverySteps { get; set; }

    /// <summary>
    /// Whether it commits at the end of a run: when the stream ends, and when the run is cancelled between two batches. Default true.
    /// </summary>
    public bool CommitAtEnd { get; set; } = true;

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
    /// How much time passes at least between two commits with which replicas get the dense weights: zero, the default, where they get them
    /// with each. Replicas keep the weights that they have meanwhile (<see cref="Serving.ReplicaVersion.DenseNumber"/>), and commits are so
    /// much smaller. What training goes on from always holds the dense weights of its own moment, and each full has them for replicas too.
    /// </summary>
    public TimeSpan DenseEvery { get; set; } = TimeSpan.Zero;

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

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.Require(SparseEvery > TimeSpan.Zero || SparseEvery == Timeout.InfiniteTimeSpan, nameof(SparseEvery),
            $"{SparseEvery} is neither more than zero nor Timeout.InfiniteTimeSpan.");
        if (SparseEverySteps is { } steps) errors.InRange(nameof(SparseEverySteps), steps, 1);
        if (CompactAfterDeltas is { } deltas) errors.InRange(nameof(CompactAfterDeltas), deltas, 1, 1_000_000);
        errors.Require(DenseEvery >= TimeSpan.Zero, nameof(DenseEvery), $"{DenseEvery} is less than zero.");
        errors.Nested(nameof(Failures), Failures);
        errors.Nested(nameof(Retention), Retention);
        errors.Nested(nameof(RetentionOutOfRoom), RetentionOutOfRoom);
    }

    internal SynchronizationOptions Copy()
    {
        var copy = (SynchronizationOptions)MemberwiseClone();
        (copy.Failures, copy.Retention, copy.RetentionOutOfRoom) = (Failures.Copy(), Retention.Copy(), RetentionOutOfRoom.Copy());
        return copy;
    }
}
