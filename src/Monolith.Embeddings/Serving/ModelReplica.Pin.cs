using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    // 0 while the replica follows.
    private ulong _pinnedTo;

    /// <summary>The number of the commit that the replica is pinned to; null while it follows its store.</summary>
    public ulong? PinnedTo => Volatile.Read(ref _pinnedTo) is > 0 and var commit ? commit : null;

    /// <summary>
    /// Goes to a commit that the store still has, an earlier or a later one, and stays there until <see cref="UnpinAsync"/>, whatever the
    /// store gets: what a team does that finds a model bad. The replica serves meanwhile. An earlier commit is loaded beside the tables
    /// that serve and takes their place at once, which needs as much memory again. A later one is reached by deltas, as in following:
    /// while one is applied, a prediction may read rows and dense weights of two commits.
    /// </summary>
    /// <remarks>
    /// Polling goes on, so that <see cref="Lag"/> says how many newer commits there are. Deltas from elsewhere are held back
    /// (<see cref="DeltaOutcome.HeldBack"/>). The commit may leave the store later: the replica has it in memory. A restart of the
    /// process forgets the pin; see <see cref="ModelReplicaOptions.Commit"/>, for which <see cref="SnapshotRetention.Age"/> must keep the
    /// commit.
    /// </remarks>
    /// <param name="commit">The commit's number.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether the replica holds another version than before.</returns>
    /// <exception cref="SnapshotException">
    /// The store does not have the commit (the message says which it has; <see cref="LastFailure"/> and health are as they were), or cannot
    /// be used, or a file of it: the pin is as it was, and the replica serves the version that it had, or one on the way to a later commit.
    /// </exception>
    /// <exception cref="OutOfMemoryException">
    /// The tables do not fit beside those that serve into <see cref="ModelReplicaOptions.MemoryLimitBytes"/>; the replica is as it was.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    public async Task<bool> PinAsync(ulong commit, CancellationToken cancellationToken = default)
    {
        await RequireKeptAsync(commit, cancellationToken).ConfigureAwait(false);
        return await RunAloneAsync(() => PinAloneAsync(commit, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Follows the store again, from the commit that the replica holds to the newest one.</summary>
    /// <param name="cancellationToken">Cancels; the pin is off in any case.</param>
    /// <returns>Whether the replica holds another version than before; false where it was not pinned.</returns>
    /// <exception cref="SnapshotException">
    /// The store or a file cannot be used. The pin is off, and the replica serves what it has and tries again when it polls.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    public Task<bool> UnpinAsync(CancellationToken cancellationToken = default) =>
        RunAloneAsync(() => UnpinAloneAsync(cancellationToken), cancellationToken);

    // A number that the store does not have is a mistake of the caller, and no failure to follow.
    private async ValueTask RequireKeptAsync(ulong commit, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isClosed) || (PinnedTo == commit && Version.Number == commit)) return;
        SnapshotManifest? manifest = null;
        try
        {
            manifest = await new SnapshotPublisher(_store).ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException)
        {
            // Told by what follows, as any failure of the store.
        }
        if (manifest?.Newest is not null) manifest.Until(commit);
    }

    private async Task<bool> PinAloneAsync(ulong commit, CancellationToken cancellationToken)
    {
        var isChanged = await new SnapshotPublisher(_store).ReadStoredFilesAsync(
            stored => HoldAsync(Parsed(stored), commit, cancellationToken), cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _pinnedTo, commit);
        _log.Pinned(commit, _newestNumber);
        return isChanged;
    }

    private Task<bool> UnpinAloneAsync(CancellationToken cancellationToken)
    {
        if (PinnedTo is not { } commit) return Task.FromResult(false);
        Volatile.Write(ref _pinnedTo, 0);
        // What was looked at was not followed.
        _followedToken = null;
        _log.Unpinned(commit);
        return CatchUpAloneAsync(cancellationToken);
    }

    // Goes to a commit, if the replica does not hold it.
    private async Task<bool> HoldAsync(SnapshotManifest manifest, ulong commit, CancellationToken cancellationToken)
    {
        if (IsReady) RequireSameChain(manifest, isOther: true);
        var (before, newest) = (_version, manifest.Newest!.Number);
        // Held already, and perhaps no longer in the store.
        if (PinnedTo != commit || before.Number != commit)
        {
            var until = manifest.Until(commit);
            var isHeld = before.Number == commit && before.Commit == until.Newest!.Identity;
            if (IsReady && before.Number < commit && !IsOtherHistory(manifest))
                await AdvanceAsync(until, cancellationToken).ConfigureAwait(false);
            else if (!isHeld) await ReloadAsync(until, cancellationToken).ConfigureAwait(false);
        }
        _followed = manifest;
        Volatile.Write(ref _newestNumber, newest);
        return _version != before;
    }
}
