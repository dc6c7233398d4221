namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>
/// As of which commits a reader of files for replicas holds the tables: all as of one, except those that were left out since. Immutable;
/// thread-safe.
/// </summary>
internal sealed class TableVersions
{
    private readonly SortedDictionary<string, ulong> _behind;

    private TableVersions(ulong number, ulong published, SortedDictionary<string, ulong> behind) =>
        (Number, Published, _behind) = (number, published, behind);

    /// <summary>The number of the commit whose state the reader has.</summary>
    public ulong Number { get; }

    /// <summary>The number of the newest of its commits that was not held back from replicas; 0 for none.</summary>
    public ulong Published { get; }

    /// <summary>The tables that it has as of an earlier one, with the number of that, in ordinal order.</summary>
    public IReadOnlyDictionary<string, ulong> Behind => _behind;

    /// <summary>What a reader has that loaded a full.</summary>
    public static TableVersions Of(ulong full) => new(full, full, new(StringComparer.Ordinal));

    /// <summary>What a reader has that loads a full, and the deltas after it.</summary>
    public static TableVersions OfLoading(IEnumerable<SnapshotCommit> chain) =>
        chain.Aggregate(Of(0), static (versions, commit) => versions.After(commit));

    /// <summary>
    /// What a reader has at least that has followed deltas since the first of these commits: it does not look at the fulls of a compaction.
    /// </summary>
    public static TableVersions OfFollowing(IEnumerable<SnapshotCommit> commits) =>
        commits.Aggregate(Of(0), static (versions, commit) => commit.Number == versions.Number ? versions : versions.After(commit));

    /// <summary>As of which commit it has a table.</summary>
    public ulong this[string table] => _behind.GetValueOrDefault(table, Number);

    /// <summary>Whether a delta holds all that changed in each table since the reader's state of it.</summary>
    public bool CanTake(SnapshotCommit delta) =>
        delta.ServedTables.All(table => table.IsLeftOut || this[table.Name] >= table.From)
        && _behind.Keys.All(table => delta.ServedTables.Any(served => served.Name == table));

    /// <summary>What it has after a commit that it can take.</summary>
    public TableVersions After(SnapshotCommit commit)
    {
        var after = new TableVersions(commit.Number, commit.IsHeld ? Published : commit.Number, new(StringComparer.Ordinal));
        foreach (var table in commit.ServedTables)
        {
            if (table.IsLeftOut) after._behind[table.Name] = this[table.Name];
        }
        return after;
    }
}
