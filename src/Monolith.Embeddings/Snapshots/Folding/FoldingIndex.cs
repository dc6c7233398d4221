using System.Runtime.InteropServices;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Snapshots.Folding;

/// <summary>What the deltas of a chain did last to each id of a range. One thread's.</summary>
/// <param name="most">How many ids it takes.</param>
internal sealed class FoldingIndex(int most)
{
    /// <summary>The bytes of an id, with what a table of hashes takes for itself.</summary>
    public const int IdBytes = 32;

    /// <summary>How much memory ids take at most where nothing else is said: 64 MiB.</summary>
    public const long DefaultBytes = 64 << 20;

    private const int RemovedLast = -1;

    // The place of the file that has the row; the complement of that, less one, once it was taken; or that the row is gone.
    private readonly Dictionary<long, int> _last = new(IdComparer.Instance);

    public bool IsFull => _last.Count >= most;

    /// <summary>The ids whose last is that they have no row, in an order that the deltas alone decide.</summary>
    public IEnumerable<long> Removed => _last.Where(entry => entry.Value == RemovedLast).Select(entry => entry.Key);

    /// <summary>Forgets all, and makes room for the given number of ids.</summary>
    public void Begin(double ids)
    {
        _last.Clear();
        _last.EnsureCapacity((int)Math.Min(ids + 1, most));
    }

    /// <summary>Whether a delta replaced or removed an id's row.</summary>
    public bool Contains(long id) => _last.ContainsKey(id);

    public void Remove(long id) => _last[id] = RemovedLast;

    /// <summary>A delta has a row for the id.</summary>
    public void Put(long id, int file) => _last[id] = file;

    /// <summary>Whether the row that a delta has for the id is its last; says so once.</summary>
    /// <returns>Null if the same delta was told so before: it has two rows.</returns>
    public bool? TryTake(long id, int file)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrNullRef(_last, id);
        if (last == Taken(file)) return null;
        if (last != file) return false;
        last = Taken(file);
        return true;
    }

    private static int Taken(int file) => RemovedLast - 1 - file;
}
