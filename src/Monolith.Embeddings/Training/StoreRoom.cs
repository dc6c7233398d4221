using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training;

/// <summary>
/// How much room a chain takes, and what frees some. Each verb tells whether it freed any. Notes come from the training thread, and one
/// verb at a time from another.
/// </summary>
/// <param name="store">Where the chain lives.</param>
/// <param name="options">What stays, and who is told.</param>
/// <param name="log">Told of what was given up for room.</param>
/// <param name="time">The clock by which commits are old.</param>
internal sealed class StoreRoom(SnapshotStore store, OnlineTrainerOptions options, ILogger log, TimeProvider time)
{
    // A folding reads everything; where room stays short, it is done no more often than pays.
    private const int DeltasToFull = 8;

    private readonly SynchronizationOptions _schedule = options.Synchronization;
    private long _full, _deltas, _newest, _tried;

    /// <summary>Whether deltas may soon leave no room for a folding, and one pays.</summary>
    public bool IsShort =>
        Deltas - Volatile.Read(ref _tried) > Full / DeltasToFull && store.FreeBytes is { } free && free < FoldingBytes + (2 * _newest);

    private long Full => Volatile.Read(ref _full);

    private long Deltas => Volatile.Read(ref _deltas);

    // A folding takes as much as what is folded, or less.
    private long FoldingBytes => Full + Deltas;

    /// <summary>Takes note of the chain as it was found.</summary>
    /// <param name="chain">The newest full, and the deltas after it.</param>
    public void Begin(IReadOnlyCollection<SnapshotCommit> chain)
    {
        _full = chain.Take(1).Sum(Bytes);
        _deltas = chain.Skip(1).Sum(Bytes);
    }

    /// <summary>Takes note of a commit.</summary>
    public void Committed(SnapshotCommit commit)
    {
        _newest = Bytes(commit);
        if (commit.Kind == SnapshotKind.Delta) Interlocked.Add(ref _deltas, _newest);
        else (_, _) = (Interlocked.Exchange(ref _full, _newest), Interlocked.Exchange(ref _deltas, 0));
    }

    /// <summary>Drops what is old.</summary>
    public Task<bool> DropAsync(CancellationToken cancellationToken) => DropAsync(_schedule.Retention, cancellationToken);

    /// <summary>Folds the chain. What is old goes first, since folding takes room itself.</summary>
    public async Task<bool> FoldAsync(CancellationToken cancellationToken)
    {
        await DropAsync(cancellationToken).ConfigureAwait(false);
        await CompactAsync(cancellationToken).ConfigureAwait(false);
        var hasFreed = await DropAsync(cancellationToken).ConfigureAwait(false);
        if (store.FreeBytes >= FoldingBytes || store.FreeBytes is null) return hasFreed;
        // Otherwise the next folding would find no room.
        return await GiveUpAsync(cancellationToken).ConfigureAwait(false) || hasFreed;
    }

    /// <summary>
    /// Makes room where a commit found none: what costs least first, and no more than frees some. Whether that is enough, the next commit
    /// shows.
    /// </summary>
    public async Task<bool> MakeAsync(CancellationToken cancellationToken)
    {
        if (store.RemoveLeftovers() > 0) return true;
        if (await DropAsync(cancellationToken).ConfigureAwait(false)) return true;
        if (await GiveUpAsync(cancellationToken).ConfigureAwait(false)) return true;
        await CompactAsync(cancellationToken).ConfigureAwait(false);
        if (await GiveUpAsync(cancellationToken).ConfigureAwait(false)) return true;
        log.NothingToGiveUp();
        return false;
    }

    private static long Bytes(SnapshotCommit commit) => commit.TableFiles.Sum(file => file.Entry.Length);

    private async Task CompactAsync(CancellationToken cancellationToken)
    {
        var before = Deltas;
        // Where it fails, it is not tried again for every commit.
        Volatile.Write(ref _tried, before);
        var full = await SnapshotCompactor.CompactAsync(store, null, options.SnapshotProgress, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _tried, 0);
        if (full is null) return;
        Interlocked.Exchange(ref _full, Bytes(full));
        // What was committed meanwhile stays.
        if (Interlocked.Add(ref _deltas, -before) < 0) Interlocked.Exchange(ref _deltas, 0);
    }

    // What replicas that are behind could still have followed; they load the full instead.
    private async Task<bool> GiveUpAsync(CancellationToken cancellationToken)
    {
        var dropped = await SnapshotCompactor.RetainAsync(
            store, _schedule.RetentionOutOfRoom, time, cancellationToken).ConfigureAwait(false);
        if (dropped.Count > 0) log.GaveUpCommits(dropped.Count, dropped.Sum(file => file.Length));
        return dropped.Count > 0;
    }

    private async Task<bool> DropAsync(SnapshotRetention retention, CancellationToken cancellationToken) =>
        (await SnapshotCompactor.RetainAsync(store, retention, time, cancellationToken).ConfigureAwait(false)).Count > 0;
}
