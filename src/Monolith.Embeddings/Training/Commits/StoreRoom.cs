using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Training.Observing;

namespace Monolith.Embeddings.Training.Commits;

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
    private readonly HourlyGate _gate = new(time);
    private volatile PinnedCommit? _pinned;
    private long _full, _deltas, _newest, _tried;

    // With segments: of all that the manifest names, of the newest full and its deltas, and of the newest full alone.
    private long _all, _chain, _fullFiles;

    /// <summary>Whether deltas may soon leave no room for a folding, and one pays.</summary>
    public bool IsShort =>
        Deltas - Volatile.Read(ref _tried) > Full / DeltasToFull && store.FreeBytes is { } free && free < FoldingBytes + (2 * _newest);

    /// <summary>
    /// Whether the newest full and its deltas leave too little for older commits, which replicas follow, within what may stay; and folding
    /// pays.
    /// </summary>
    public bool IsFoldDue =>
        Deltas - Volatile.Read(ref _tried) > Full / DeltasToFull && (2 * Full) + Deltas + _newest > Bound / 2;

    /// <summary>Whether the files take more than may stay, and there are older ones than the newest full and its deltas.</summary>
    public bool HasTooMuch => Volatile.Read(ref _all) is var all && all + _newest > Bound && all > Volatile.Read(ref _chain);

    /// <summary>What the store takes. Read by any thread.</summary>
    public StoreFigures Figures
    {
        get
        {
            var (full, chain, all) = (Volatile.Read(ref _fullFiles), Volatile.Read(ref _chain), Volatile.Read(ref _all));
            return new(full, Math.Max(0, chain - full), Math.Max(0, all - chain), store.FreeBytes);
        }
    }

    /// <summary>The bytes of the tables' files of the deltas behind the newest full, those that replicas do not get yet included.</summary>
    public long Deltas => Volatile.Read(ref _deltas);

    private long Bound => _schedule.Retention.BoundOf(Volatile.Read(ref _fullFiles));

    private long Full => Volatile.Read(ref _full);

    // A folding takes as much as what is folded, or less.
    private long FoldingBytes => Full + Deltas;

    /// <summary>Lets a commit stay, whatever is retained; null for none.</summary>
    public void Pin(Guid? commit) => _pinned = commit is { } identity ? new PinnedCommit(identity) : null;

    /// <summary>Takes note of the chain as it was found.</summary>
    /// <param name="chain">The newest full, and the deltas after it.</param>
    public void Begin(IReadOnlyCollection<SnapshotCommit> chain)
    {
        _full = chain.Take(1).Sum(Bytes);
        _deltas = chain.Skip(1).Sum(Bytes);
        _fullFiles = chain.Take(1).SelectMany(commit => commit.Files).Sum(file => file.Length);
    }

    /// <summary>Takes note of a commit.</summary>
    public void Committed(SnapshotCommit commit)
    {
        _newest = Bytes(commit);
        var files = commit.Files.Sum(file => file.Length);
        Interlocked.Add(ref _all, files);
        if (commit.Kind == SnapshotKind.Delta)
        {
            Interlocked.Add(ref _chain, files);
            Interlocked.Add(ref _deltas, _newest);
            return;
        }
        Interlocked.Exchange(ref _fullFiles, files);
        Interlocked.Exchange(ref _chain, files);
        Interlocked.Exchange(ref _full, _newest);
        Interlocked.Exchange(ref _deltas, 0);
        Volatile.Write(ref _tried, 0);
    }

    /// <summary>Drops what is old.</summary>
    public async Task<bool> DropAsync(CancellationToken cancellationToken)
    {
        var hasFreed = await DropAsync(_schedule.Retention, cancellationToken).ConfigureAwait(false);
        await CountAsync(cancellationToken).ConfigureAwait(false);
        var (all, bound) = (Volatile.Read(ref _all), Bound);
        if (all > bound && !IsFoldDue && _gate.TryEnter()) log.TakesTooMuch(all, bound);
        return hasFreed;
    }

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

    // Commits that come meanwhile may count twice, until the next time.
    private async Task CountAsync(CancellationToken cancellationToken)
    {
        var manifest = await new SnapshotPublisher(store).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (manifest?.Newest is null) return;
        Volatile.Write(ref _all, manifest.Files.Sum(file => file.Length));
        Volatile.Write(ref _chain, manifest.NewestChain.SelectMany(commit => commit.Files).Distinct().Sum(file => file.Length));
        Volatile.Write(ref _fullFiles, manifest.NewestChain.First().Files.Sum(file => file.Length));
    }

    private async Task CompactAsync(CancellationToken cancellationToken)
    {
        var before = Deltas;
        var manifest = await new SnapshotPublisher(store).ReadAsync(cancellationToken).ConfigureAwait(false);
        // Where it fails, it is not tried again for every commit.
        Volatile.Write(ref _tried, before);
        var full = await SnapshotCompactor.CompactAsync(store, null, options.SnapshotProgress, cancellationToken).ConfigureAwait(false);
        if (full is null) return;
        Interlocked.Exchange(ref _full, Bytes(full));
        // What was committed meanwhile stays, and what is held back from replicas: a full of it would give it to them.
        var folded = manifest?.NewestChain.Skip(1).Where(delta => delta.Number <= full.Number).Sum(Bytes) ?? 0;
        if (Interlocked.Add(ref _deltas, -folded) < 0) Interlocked.Exchange(ref _deltas, 0);
        // Nor does folding what stays pay before more comes.
        Volatile.Write(ref _tried, Math.Max(0, before - folded));
    }

    // What replicas that are behind could still have followed; they load the full instead.
    private async Task<bool> GiveUpAsync(CancellationToken cancellationToken)
    {
        var dropped = await SnapshotCompactor.RetainAsync(
            store, WithPinned(_schedule.RetentionOutOfRoom, keepsOwed: false), time, cancellationToken).ConfigureAwait(false);
        if (dropped.Count > 0) log.GaveUpCommits(dropped.Count, dropped.Sum(file => file.Length));
        return dropped.Count > 0;
    }

    private async Task<bool> DropAsync(SnapshotRetention retention, CancellationToken cancellationToken) =>
        (await SnapshotCompactor.RetainAsync(store, WithPinned(retention), time, cancellationToken).ConfigureAwait(false)).Count > 0;

    private SnapshotRetention WithPinned(SnapshotRetention retention, bool keepsOwed = true)
    {
        retention = retention.Copy();
        (retention.Pinned, retention.KeepsOwed) = (_pinned?.Identity, keepsOwed);
        return retention;
    }

    private sealed record PinnedCommit(Guid Identity);
}
