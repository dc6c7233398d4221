using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Which ids a trainer is to forget, by table, see <see cref="OnlineTrainer.ForgetAsync"/>. An id is forgotten in the table that it is
/// named for: name it for each table whose slots have it. Not thread-safe.
/// </summary>
/// <example>
/// <code>
/// var report = await trainer.ForgetAsync(new ForgetRequest().Add("users", 8_412_775_309));
/// Console.WriteLine($"{report.RowsRemoved} rows; {report.Commits.Count} commits still hold what was known before.");
/// </code>
/// </example>
public sealed class ForgetRequest
{
    /// <summary>The largest number of ids of one request: 16,777,216.</summary>
    public const int MaxIds = 1 << 24;

    private readonly Dictionary<string, HashSet<long>> _ids = new(StringComparer.Ordinal);

    /// <summary>
    /// Examples of these ids that happened up to this time do not count, and later ones do, as those of a new person. Null, the default:
    /// none ever counts again. Not before 1970; examples without an event time never count.
    /// </summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>
    /// Stores of back-ups of the trainer's store (<see cref="SnapshotBackup"/>): they get the list of what was forgotten, so that no
    /// restore brings an id back, and the report says which back-ups hold the ids. Default: none.
    /// </summary>
    public IList<SnapshotStore> Backups { get; } = [];

    /// <summary>
    /// Files of commits and back-ups that are larger are not read: the report says that they may hold the ids. Reading takes as long as the
    /// files are large, after all else was done, and training goes on meanwhile. In bytes; 0 reads none. Default: 1 GiB.
    /// </summary>
    public long MaxSearchedFileBytes { get; set; } = 1L << 30;

    /// <summary>How many ids it names, of all tables together.</summary>
    public int Count => _ids.Values.Sum(ids => ids.Count);

    /// <summary>The tables, with the ids of each.</summary>
    internal IEnumerable<KeyValuePair<string, HashSet<long>>> Tables => _ids.OrderBy(table => table.Key, StringComparer.Ordinal);

    /// <summary>Adds ids of a table.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="ids">Any ids; each counts once.</param>
    /// <returns>This request.</returns>
    public ForgetRequest Add(string table, params ReadOnlySpan<long> ids)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!_ids.TryGetValue(table, out var own)) _ids[table] = own = [];
        foreach (var id in ids) own.Add(id);
        return this;
    }

    /// <summary>Adds ids of the table that a slot looks up.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="ids">Any ids, as examples have them in that slot; each counts once.</param>
    /// <returns>This request.</returns>
    public ForgetRequest Add(FeatureSlot slot, params ReadOnlySpan<long> ids)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return Add(slot.TableName, ids);
    }

    /// <summary>A copy that later additions do not reach.</summary>
    internal ForgetRequest Copy()
    {
        var copy = new ForgetRequest { Until = Until, MaxSearchedFileBytes = MaxSearchedFileBytes };
        foreach (var (table, ids) in _ids) copy.Add(table, [.. ids]);
        foreach (var store in Backups) copy.Backups.Add(store);
        return copy;
    }

    /// <summary>Requires what can be done with tables of a schema.</summary>
    /// <exception cref="ArgumentException">It cannot; all that is wrong is told.</exception>
    internal void Require(TableSchema schema)
    {
        string[] wrong = [.. Problems(schema)];
        if (wrong.Length > 0) throw new ArgumentException($"Nothing was forgotten: {string.Join("; ", wrong)}.");
    }

    private IEnumerable<string> Problems(TableSchema schema)
    {
        if (Count == 0) yield return "the request names no id";
        if (Count > MaxIds) yield return $"{Count} ids are more than {MaxIds}, make several requests of them";
        if (Until < DateTimeOffset.UnixEpoch) yield return $"{nameof(Until)} is {Until:u}, which lies before 1970";
        if (MaxSearchedFileBytes < 0) yield return $"{nameof(MaxSearchedFileBytes)} is {MaxSearchedFileBytes}, which is less than 0";
        if (Backups.Contains(null!)) yield return $"{nameof(Backups)} has a store that is null";
        string[] unknown = [.. Tables.Select(table => table.Key).Except(schema.Tables.Select(table => table.Name))];
        if (unknown.Length == 0) yield break;
        yield return $"there is no table {string.Join(", ", unknown.Select(name => $"'{name}'"))}; known are "
            + string.Join(", ", schema.Tables.Select(table => $"'{table.Name}'"));
    }

    /// <summary>A list with what it names; the list itself where it has all of that.</summary>
    internal SuppressionList AddTo(SuppressionList list)
    {
        var until = Until?.ToUnixTimeMilliseconds() ?? SuppressedId.ForEver;
        var (known, generation) = (list, checked(list.Generation + 1));
        foreach (var (table, ids) in Tables)
        {
            long[] added = [.. ids.Where(id => !known.TryFind(table, id, out var found) || found.Until < until)];
            if (added.Length > 0) list = list.With(table, added, until, generation);
        }
        return list;
    }
}
