using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Snapshots.Forgetting;

/// <summary>
/// The forgotten ids of one table, by their keyed hashes under one key: open addressing, half empty. Immutable; asked on hot paths, and
/// allocates nothing.
/// </summary>
internal sealed class SuppressedTable
{
    private readonly KeyedHash _hash;
    private readonly SuppressedId[] _slots;
    private readonly bool[] _isUsed;
    private readonly int _mask;

    /// <param name="hash">The hash of the table.</param>
    /// <param name="ids">Its ids, each hash once.</param>
    public SuppressedTable(KeyedHash hash, IReadOnlyCollection<SuppressedId> ids)
    {
        _hash = hash;
        var slots = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, 2 * ids.Count));
        (_slots, _isUsed, _mask) = (new SuppressedId[slots], new bool[slots], slots - 1);
        foreach (var id in ids)
        {
            var slot = (int)(ulong)id.Hash & _mask;
            while (_isUsed[slot]) slot = (slot + 1) & _mask;
            (_slots[slot], _isUsed[slot]) = (id, true);
        }
    }

    /// <summary>Whether an id was forgotten.</summary>
    /// <param name="id">Any id.</param>
    /// <param name="found">What is known of it.</param>
    public bool TryFind(long id, out SuppressedId found)
    {
        var hash = _hash.Of(id);
        for (var slot = (int)(ulong)hash & _mask; _isUsed[slot]; slot = (slot + 1) & _mask)
        {
            if (_slots[slot].Hash != hash) continue;
            found = _slots[slot];
            return true;
        }
        found = default;
        return false;
    }
}
