using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Writes what was migrated as the first commit of a new store, and says in the old one that the schema has moved on.</summary>
/// <param name="from">The old store.</param>
/// <param name="to">The new store.</param>
/// <param name="tables">The new tables, filled.</param>
/// <param name="names">Which tables of the schemas are the same.</param>
/// <param name="options">How to write.</param>
/// <param name="time">The clock.</param>
internal sealed class MigrationTarget(
    SnapshotStore from, SnapshotStore to, EmbeddingTableSet tables, MigrationNames names, SnapshotChainOptions options, TimeProvider time)
{
    /// <exception cref="SnapshotException">The store has a commit.</exception>
    public static async ValueTask RequireEmptyAsync(SnapshotStore from, SnapshotStore to, CancellationToken cancellationToken)
    {
        var manifest = await new SnapshotPublisher(to).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (manifest?.Newest is not { } newest) return;
        var old = await new SnapshotPublisher(from).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (old?.Chain == manifest.Chain)
        {
            throw new SnapshotException(SnapshotFault.Refused, newest.Training.Name, "a new store without a commit",
                $"commit {newest.Number} of the very chain that is to be migrated: both stores are one, or copies of one. Give a "
                + "store that is empty, such as another folder.");
        }
        throw new SnapshotException(SnapshotFault.Refused, newest.Training.Name, "a new store without a commit",
            $"commit {newest.Number}: a migration is done, or it is the store of another model.");
    }

    /// <summary>Writes the commit.</summary>
    /// <remarks>
    /// The old store is closed first: what its trainer commits after that would not be in the new one. A process that dies in between has
    /// closed it and no more; a migration that is repeated closes it again, and a trainer of the old schema opens it again.
    /// </remarks>
    public async Task<SnapshotCommit> WriteAsync(
        MigrationRun run, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        var chain = await SnapshotChain.OpenAsync(to, tables, options, time, progress, cancellationToken).ConfigureAwait(false);
        await using (chain.ConfigureAwait(false))
        {
            await MoveOnAsync(run, chain.Id, cancellationToken).ConfigureAwait(false);
            // After the old trainer can forget no more, and before replicas and trainers see the commit.
            var forgotten = await SuppressionStore.ReadAsync(from, cancellationToken).ConfigureAwait(false);
            var moved = forgotten.WithMoved(names.MovedTables);
            if (!moved.IsEmpty) await SuppressionStore.AddAsync(to, moved, cancellationToken).ConfigureAwait(false);
            // The first trainer removes what the tables have of them, under the numbers of another slot for one.
            if (moved.Count > forgotten.Count) run.Sections.Remove(OnlineTrainer.ForgottenSection);
            var contents = new SnapshotCommitContents
            {
                Sections = run.Sections,
                IsFull = true,
                // What a gate holds back from replicas it holds back in the new store too.
                IsHeld = run.Commit.IsHeld,
                WriteSegments = (target, stopping) => WriteSegmentsAsync(run, target, stopping),
            };
            var pending = await chain.CutAsync(contents, cancellationToken).ConfigureAwait(false);
            await using (pending.ConfigureAwait(false)) return await pending.WriteAsync(progress, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task MoveOnAsync(MigrationRun run, Guid chain, CancellationToken cancellationToken)
    {
        var successor = new SnapshotSuccessor { Chain = chain, Schema = tables.Fingerprint, Created = time.GetUtcNow() };
        var trainer = SnapshotIdentity.New();
        await new SnapshotPublisher(from).ChangeAsync(
            found => found?.Chain == run.Manifest.Chain && found.Newest?.Identity == run.Commit.Identity
                ? found.MoveOn(successor, trainer)
                : throw new SnapshotException(SnapshotFault.Refused, run.Commit.Training.Name,
                    $"commit {run.Commit.Number} as the newest of the old store still",
                    $"{(found?.Newest is { } newest ? $"commit {newest.Number}" : "none")}. Stop the trainer that writes to it, and "
                    + "migrate again."),
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<(IReadOnlyList<SnapshotSegment> Appended, IReadOnlyList<SnapshotSegment> Dropped)> WriteSegmentsAsync(
        MigrationRun run, SnapshotChain target, CancellationToken cancellationToken)
    {
        var (appended, dropped) = await SavedSource.SaveSegmentsAsync(run.Source, target, cancellationToken).ConfigureAwait(false);
        var all = appended.ToList();
        if (run.Catalogue is var (catalogue, bytes))
        {
            all.Add(await target.WriteSegmentAsync(catalogue.Section, catalogue.Name,
                async (stream, token) => await stream.WriteAsync(bytes, token).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false));
        }
        foreach (var (name, removals) in run.Removals)
        {
            all.Add(await target.WriteSegmentAsync(RemovalSegments.Section, name,
                async (stream, token) => await stream.WriteAsync(removals, token).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false));
        }
        foreach (var segment in run.OtherSegments)
        {
            all.Add(await target.WriteSegmentAsync(segment.Section, segment.Name, async (stream, token) =>
            {
                var found = await SegmentFile.OpenBytesAsync(run.Store, run.Manifest.Chain, segment, token).ConfigureAwait(false);
                await using (found.ConfigureAwait(false)) await found.CopyToAsync(stream, token).ConfigureAwait(false);
            }, cancellationToken).ConfigureAwait(false));
        }
        return (all, dropped);
    }
}
