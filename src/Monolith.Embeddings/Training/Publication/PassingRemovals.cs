namespace Monolith.Embeddings.Training.Publication;

/// <summary>
/// Ids whose rows replicas lose with the next commit, whether it is held back from them or not. Used by the training thread.
/// </summary>
internal sealed class PassingRemovals
{
    private readonly Dictionary<string, HashSet<long>> _waiting = new(StringComparer.Ordinal);
    private Dictionary<string, IReadOnlyCollection<long>> _begun = [];

    /// <summary>Adds ids of a table. Their rows must be gone from it.</summary>
    public void Add(string table, IEnumerable<long> ids)
    {
        if (!_waiting.TryGetValue(table, out var known)) _waiting[table] = known = [];
        known.UnionWith(ids);
    }

    /// <summary>What the commit that is being cut is to hold.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<long>> Begin()
    {
        if (_waiting.Count == 0 && _begun.Count == 0) return _begun;
        return _begun = _waiting.ToDictionary(
            table => table.Key, IReadOnlyCollection<long> (table) => [.. table.Value], StringComparer.Ordinal);
    }

    /// <summary>Says that it is durable, and replicas get it.</summary>
    public void End()
    {
        foreach (var (table, ids) in _begun)
        {
            _waiting[table].ExceptWith(ids);
            if (_waiting[table].Count == 0) _waiting.Remove(table);
        }
        _begun = [];
    }
}
