using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Saving;

namespace Monolith.Embeddings.Snapshots;

public sealed partial class SnapshotChain
{
    private TableVersions _served;
    private bool _isFullHeld;
    private SnapshotException? _owedFault;

    /// <summary>
    /// The tables that replicas which follow deltas do not have as they are in the newest commit, with the number of the commit as of which
    /// they have each.
    /// </summary>
    internal IReadOnlyDictionary<string, ulong> TablesBehind => _served.Behind;

    /// <summary>Takes note that what replicas are owed could not be read: where it is damaged, the next commit is a full.</summary>
    internal void TellOwedFault(SnapshotException fault) => _owedFault = fault;

    /// <summary>
    /// Whether a delta would lack what replicas are owed: without files for them they read the training files, which have the changes of
    /// one commit.
    /// </summary>
    private bool OwesWithoutServing => !_options.PublishServing && _served.Behind.Count > 0;

    /// <summary>
    /// Whether a delta cannot bring replicas what was held back: a full was among it, whose changes no file has by themselves.
    /// </summary>
    private bool OwesFull(SnapshotCommitContents contents) => _isFullHeld && !contents.IsHeld;

    private void RequireServing(SnapshotCommitContents contents)
    {
        if (contents.IsHeld && !_options.PublishServing)
        {
            throw new ArgumentException($"A commit is held back from replicas by files that are made for them, and "
                + $"{nameof(SnapshotChainOptions.PublishServing)} is off: replicas read the files for training.");
        }
        foreach (var name in contents.ServedRemovals.Keys.Except(Tables.Schema.Tables.Select(table => table.Name)))
        {
            throw new ArgumentException($"{nameof(SnapshotCommitContents.ServedRemovals)} names '{name}', and the set has no such table.");
        }
    }

    /// <summary>What replicas get with the next delta of tables that they get less often.</summary>
    /// <exception cref="ArgumentException">A table that is to be left out is not one of the set's, or is named twice.</exception>
    /// <exception cref="SnapshotException">The store failed.</exception>
    private async ValueTask<IReadOnlyList<ServedTable>> PlanServedAsync(
        SnapshotCommitContents contents, bool wantsFull, CancellationToken cancellationToken)
    {
        RequireTables(contents.UnservedTables);
        RequireServing(contents);
        if (contents.IsHeld) return [.. Tables.Schema.Tables.Select(table => LeftOut(table.Name))];
        if (wantsFull || !_options.PublishServing) return [];
        var (before, unserved) = (Newest!.Number, contents.UnservedTables);
        var owed = _served.Behind.Where(table => !unserved.Contains(table.Key)).ToList();
        var manifest = owed.Count == 0 ? null : await new SnapshotPublisher(Store).ReadAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. unserved.Select(LeftOut),
            .. owed.Select(table => new ServedTable { Name = table.Key, From = FromOf(manifest, table.Value), To = before + 1 }),
        ];
    }

    private ServedTable LeftOut(string table) => new() { Name = table, From = _served[table], To = _served[table] };

    // Where commits were dropped since replicas got the table, replicas that followed load the newest full: its deltas are all there.
    private ulong FromOf(SnapshotManifest? manifest, ulong since) =>
        OwedTables.DeltasAfter(manifest, since, Newest!.Number) is not null
            ? since
            : manifest?.NewestChain.FirstOrDefault()?.Number ?? since;

    private void RequireTables(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var known = Tables.Schema.Tables.Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        var unknown = names.Where(name => name is null || !known.Remove(name)).ToList();
        if (unknown.Count == 0) return;
        throw new ArgumentException(
            $"{nameof(SnapshotCommitContents.UnservedTables)} names {string.Join(", ", unknown.Select(name => $"'{name}'"))}, twice or "
            + $"though the set has no such table. It has {string.Join(", ", Tables.Schema.Tables.Select(table => $"'{table.Name}'"))}.");
    }

    // Only what is still named can hinder the next commit again.
    private async ValueTask<bool> IsOwedBrokenAsync(CancellationToken cancellationToken)
    {
        if (_owedFault is not { } fault) return false;
        var manifest = await new SnapshotPublisher(Store).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (manifest is null || manifest.Files.All(file => file.Name != fault.File)) return false;
        TellBroken(fault, Newest!);
        return true;
    }
}
