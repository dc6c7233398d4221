namespace Monolith.Embeddings.Snapshots.Forgetting;

/// <summary>
/// Which ids were forgotten, by table, as keyed hashes: lists of several keys where several were begun, of which each counts. Immutable.
/// </summary>
internal sealed class SuppressionList
{
    /// <summary>The list that has no id.</summary>
    public static readonly SuppressionList Empty = new([]);

    private readonly Dictionary<(SuppressionKey Key, string Table, string HashedAs), Dictionary<UInt128, SuppressedId>> _ids;
    private readonly Dictionary<string, SuppressedTable[]> _tables = new(StringComparer.Ordinal);

    private SuppressionList(
        Dictionary<(SuppressionKey Key, string Table, string HashedAs), Dictionary<UInt128, SuppressedId>> ids)
    {
        _ids = ids;
        Generation = ids.Values.SelectMany(group => group.Values).Select(id => id.Generation).DefaultIfEmpty().Max();
        foreach (var table in ids.GroupBy(group => group.Key.Table, StringComparer.Ordinal))
            _tables[table.Key] = [.. table.Select(
                group => new SuppressedTable(group.Key.Key.HashOf(group.Key.HashedAs), group.Value.Values))];
    }

    /// <summary>Whether no id was forgotten.</summary>
    public bool IsEmpty => _ids.Count == 0;

    /// <summary>How many entries it has.</summary>
    public int Count => _ids.Values.Sum(ids => ids.Count);

    /// <summary>The greatest <see cref="SuppressedId.Generation"/>; 0 where it has no id.</summary>
    public long Generation { get; }

    /// <summary>All of it, in an order that depends on what it holds alone.</summary>
    public IEnumerable<SuppressionGroup> Groups => _ids
        .OrderBy(group => group.Key.Table, StringComparer.Ordinal)
        .ThenBy(group => group.Key.HashedAs, StringComparer.Ordinal)
        .ThenBy(group => group.Key.Key.High).ThenBy(group => group.Key.Key.Low)
        .Select(group => new SuppressionGroup(
            group.Key.Key, group.Key.Table, group.Key.HashedAs, [.. group.Value.Values.OrderBy(id => id.Hash)]));

    /// <summary>The forgotten ids of a table, a set for each key; empty where there are none.</summary>
    public SuppressedTable[] Of(string table) => _tables.TryGetValue(table, out var found) ? found : [];

    /// <summary>Whether an id was forgotten.</summary>
    /// <param name="table">The table.</param>
    /// <param name="id">Any id.</param>
    /// <param name="found">What is known of it.</param>
    public bool TryFind(string table, long id, out SuppressedId found)
    {
        (var isThere, found) = (false, default);
        foreach (var ids in Of(table))
        {
            if (!ids.TryFind(id, out var own)) continue;
            (isThere, found) = (true, isThere ? own.Join(found) : own);
        }
        return isThere;
    }

    /// <summary>Whether all that another list holds is here.</summary>
    public bool Covers(SuppressionList other) => other._ids.All(group =>
        _ids.TryGetValue(group.Key, out var own)
        && group.Value.Values.All(id => own.TryGetValue(id.Hash, out var known) && known.Join(id) == known));

    /// <summary>With ids of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ids">The ids.</param>
    /// <param name="until">See <see cref="SuppressedId.Until"/>.</param>
    /// <param name="generation">See <see cref="SuppressedId.Generation"/>.</param>
    public SuppressionList With(string table, IEnumerable<long> ids, long until, long generation)
    {
        var keys = _ids.Keys.Select(group => group.Key).OrderBy(one => one.High).ThenBy(one => one.Low).ToList();
        var key = keys.Count > 0 ? keys[0] : SuppressionKey.New();
        var hash = key.HashOf(table);
        return With([new SuppressionGroup(key, table, table, [.. ids.Select(id => new SuppressedId(hash.Of(id), until, generation))])]);
    }

    /// <summary>With the ids of tables as those of others too, in which they are looked up from now on.</summary>
    /// <param name="moves">The names of two tables each.</param>
    public SuppressionList WithMoved(IEnumerable<(string From, string To)> moves) => With(moves
        .SelectMany(move => Groups.Where(group => group.Table == move.From).Select(group => group with { Table = move.To })));

    /// <summary>With all that another list holds.</summary>
    public SuppressionList With(SuppressionList other) => other.IsEmpty ? this : With(other.Groups);

    /// <summary>With groups of ids.</summary>
    public SuppressionList With(IEnumerable<SuppressionGroup> groups)
    {
        var all = _ids.ToDictionary(group => group.Key, group => new Dictionary<UInt128, SuppressedId>(group.Value));
        foreach (var group in groups)
        {
            var key = (group.Key, group.Table, group.HashedAs);
            if (!all.TryGetValue(key, out var own)) all[key] = own = [];
            foreach (var id in group.Ids) own[id.Hash] = own.TryGetValue(id.Hash, out var known) ? known.Join(id) : id;
        }
        return new SuppressionList(all);
    }
}
