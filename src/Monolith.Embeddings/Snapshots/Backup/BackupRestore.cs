using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Snapshots.Backup;

/// <summary>
/// Makes commits the newest state of a store, as a history of its own: trainers that were at work are fenced off, and replicas load what
/// is there. Used once.
/// </summary>
/// <param name="source">Where the files are.</param>
/// <param name="target">The store; may be the source.</param>
/// <param name="progress">Told after each file; null for none.</param>
/// <param name="cancellationToken">Cancels it before the manifest is replaced.</param>
internal sealed class BackupRestore(
    SnapshotStore source, SnapshotStore target, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
{
    // A trainer that is at work may drop commits, and another one may begin.
    private const int Attempts = 5;

    private readonly SnapshotPublisher _publisher = new(target);
    private readonly (Guid Trainer, Guid Commit) _identities = (SnapshotIdentity.New(), SnapshotIdentity.New());

    /// <summary>Restores.</summary>
    /// <param name="of">The manifest that the commits are of.</param>
    /// <param name="commits">A full and the deltas after it.</param>
    /// <returns>The commit that is the newest of the target from now on.</returns>
    /// <exception cref="SnapshotException">
    /// A file is missing or was changed, the target holds another chain, or a store failed; the target's manifest is as it was.
    /// </exception>
    public async Task<SnapshotCommit> RunAsync(SnapshotManifest of, IReadOnlyList<SnapshotCommit> commits)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = await ReadTargetAsync().ConfigureAwait(false);
            RequireSameChain(of, before);
            var copies = await CopyOver(before).RunAsync(commits).ConfigureAwait(false);
            var manifest = await _publisher.ChangeAsync(
                now => IsOvertaken(copies, before, now) ? now! : HistoryOf(of, copies, now), cancellationToken).ConfigureAwait(false);
            if (IsOurs(manifest) && await CommitCopy.AreThereAsync(target, manifest.Commits, CancellationToken.None).ConfigureAwait(false))
                return manifest.Newest!;
            if (attempt == Attempts)
                throw new SnapshotException(
                    SnapshotFault.Missing, manifest.Newest!.Training.Name, "the files that were restored a moment ago",
                    "that some were deleted. Stop what deletes files of the store, and restore again.");
        }
    }

    // A cleaning may be about to delete any file that the manifest does not name, also one that it named a while ago. So only what it names
    // is used as it is, and what is copied gets a name that no cleaning knows.
    private CommitCopy CopyOver(SnapshotManifest? before) => new(source, target, trustsNames: false, progress, cancellationToken)
    {
        Kept = before?.Files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal),
        Incarnation = before is null ? null : checked(before.Incarnation + 1),
    };

    // Whether files that were counted on, or that were copied, may go meanwhile.
    private bool IsOvertaken(IEnumerable<SnapshotCommit> copies, SnapshotManifest? before, SnapshotManifest? now)
    {
        if (now is null || IsOurs(now)) return false;
        if (now.Incarnation != before?.Incarnation) return true;
        var dropped = before.Files.Select(file => file.Name).Except(now.Files.Select(file => file.Name)).ToHashSet(StringComparer.Ordinal);
        return copies.SelectMany(commit => commit.Files).Any(file => dropped.Contains(file.Name));
    }

    private bool IsOurs(SnapshotManifest? manifest) => manifest?.Newest?.Id == _identities.Commit;

    // What it says is lost, whichever chain it was of: the caller decides that it goes.
    private async Task<SnapshotManifest?> ReadTargetAsync()
    {
        try
        {
            return await _publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Damaged)
        {
            throw new SnapshotException(exception.Fault, exception.File, exception.Expected,
                $"{exception.Found} Nothing was restored. Stop the trainer, move this file away, and restore again, or restore into an "
                + "empty store.",
                exception);
        }
    }

    private static void RequireSameChain(SnapshotManifest of, SnapshotManifest? before)
    {
        if (before is null || before.Chain == of.Chain) return;
        throw new SnapshotException(
            SnapshotFault.Refused, DiskManifest.Name, $"chain {of.Chain}, or an empty store",
            $"chain {before.Chain}, which would be lost. Restore into a store of its own.");
    }

    // Numbers go on from what the store had, and the newest commit gets an identity of its own: so a replica of the history that is
    // given up finds another commit, and loads this one. Files say neither.
    private SnapshotManifest HistoryOf(SnapshotManifest of, IReadOnlyList<SnapshotCommit> commits, SnapshotManifest? before)
    {
        RequireSameChain(of, before);
        var newest = Math.Max(commits[^1].Number, before?.Newest is { } last ? checked(last.Number + 1) : 0);
        // Tried again after files went: no replica followed it yet.
        if (IsOurs(before)) newest = before!.Newest!.Number;
        var shift = newest - commits[^1].Number;
        SnapshotCommit[] history = [.. commits.Select(commit => Shifted(commit, shift))];
        history[^1] = history[^1] with { Id = _identities.Commit };
        var incarnation = checked(Math.Max(of.Incarnation, before?.Incarnation ?? 0) + 1);
        var manifest = new SnapshotManifest(of.Chain, incarnation, history, _identities.Trainer);
        ManifestRules.Check(manifest);
        return manifest;
    }

    private static SnapshotCommit Shifted(SnapshotCommit commit, ulong by) => commit with
    {
        Number = commit.Number + by,
        ServedTables = [.. commit.ServedTables.Select(table => table with { From = table.From + by, To = table.To + by })],
    };
}
