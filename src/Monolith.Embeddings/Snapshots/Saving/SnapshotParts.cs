namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// The parts that table sets beside the trainer's write of its commits, one for each range of the ids: in this process
/// (<see cref="LocalSnapshotParts"/>), or in others, behind a network. A verb goes to all parts in one call, as those of
/// <see cref="Tables.TableRanges"/> do; each part answers by its <see cref="SnapshotPartWriter"/>.
/// </summary>
/// <remarks>
/// Used by one <see cref="SnapshotChain"/> at a time. <see cref="WriteAsync"/> runs beside training; other verbs, and those of the tables,
/// come one at a time.
/// </remarks>
public abstract class SnapshotParts
{
    /// <summary>The names of the parts, each once. They never change.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>
    /// Opens a <see cref="SnapshotPartWriter"/> for each part: restores it from the newest commit, where there is one. It may be called
    /// again after <see cref="CloseAsync"/>.
    /// </summary>
    /// <param name="store">The store, as the trainer reaches it; parts in other processes open it by themselves.</param>
    /// <param name="options">How to restore.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SnapshotException">A part cannot be restored.</exception>
    public abstract Task OpenAsync(SnapshotStore store, SnapshotChainOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Cuts every part: what is written afterwards is what its tables hold now. Between two batches. A cut before that is not ended,
    /// because a message was lost, ends.
    /// </summary>
    /// <param name="plan">What the trainer's commit says.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SnapshotException">
    /// The store failed, or a part refused the plan. <see cref="EndCutAsync"/> releases the parts that were cut.
    /// </exception>
    public abstract ValueTask CutAsync(SnapshotPartPlan plan, CancellationToken cancellationToken);

    /// <summary>Writes what was cut, durably. Training goes on meanwhile.</summary>
    /// <param name="plan">That of the cut.</param>
    /// <param name="progress">Told how far it has come, where that is known; null for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The parts, one for each of <see cref="Names"/>.</returns>
    /// <exception cref="SnapshotException">A part could not be written.</exception>
    public abstract Task<IReadOnlyList<SnapshotPart>> WriteAsync(
        SnapshotPartPlan plan, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken);

    /// <summary>
    /// Releases a cut, written or not; one that is being written fails, and is waited for. Called once for each cut, also for one that
    /// failed.
    /// </summary>
    /// <param name="plan">That of the cut.</param>
    public abstract ValueTask EndCutAsync(SnapshotPartPlan plan);

    /// <summary>Ends what <see cref="OpenAsync"/> began, as far as it came.</summary>
    /// <param name="clears">Whether rows that were restored are taken back: the chain could not be opened.</param>
    public abstract ValueTask CloseAsync(bool clears);
}
