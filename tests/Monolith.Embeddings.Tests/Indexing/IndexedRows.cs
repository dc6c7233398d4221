using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tests.Indexing;

/// <summary>An index over real rows, changed in step with a dictionary that says what it must answer.</summary>
internal sealed class IndexedRows : IDisposable
{
    private readonly RowStore _rows;
    private readonly List<long> _ids = [];

    public IndexedRows(double maximumFill = 0.9, long limit = 1L << 32)
    {
        Account = new MemoryAccount(limit);
        var pool = new PagePool(Account, sharesPages: true);
        _rows = new RowStore(new RowLayout([(1, 0)]), pool, 1 << 16);
        Index = new CuckooIndex(_rows, pool, new Reclaimer(), new IndexSizes(0.5, maximumFill));
    }

    public MemoryAccount Account { get; }

    public CuckooIndex Index { get; }

    public IReadOnlyList<long> Ids => _ids;

    public Dictionary<long, int> Oracle { get; } = [];

    public static ulong Mix(long id) => KeyMixer.Mix(unchecked((ulong)id));

    public bool Add(long id)
    {
        if (Oracle.ContainsKey(id)) return false;
        Index.Insert(id, Mix(id), _rows.Count);
        Oracle.Add(id, _ids.Count);
        _rows.Add(id);
        _ids.Add(id);
        return true;
    }

    public void Remove(long id)
    {
        Assert.That(Oracle.Remove(id, out var handle), Is.True);
        Index.Remove(id, Mix(id), handle);
        var last = _rows.Count - 1;
        if (handle != last)
        {
            var moved = _rows[last].Key;
            Index.Move(moved, Mix(moved), last, handle);
            Oracle[moved] = handle;
        }
        _rows.Copy(last, handle);
        _rows.Truncate(last);
        _ids[handle] = _ids[last];
        _ids.RemoveAt(last);
    }

    /// <summary>Removes a share of the rows, drawn at random, all at once, and fills their places with the last ones.</summary>
    public void Compact(Random random, double share)
    {
        var dead = Enumerable.Range(0, _ids.Count).Where(_ => random.NextDouble() < share).ToArray();
        var end = _ids.Count - dead.Length;
        int[] to = [.. dead.TakeWhile(handle => handle < end)], from = [.. Enumerable.Range(end, dead.Length).Except(dead)];
        foreach (var handle in dead) Oracle.Remove(_ids[handle]);
        Index.RemoveAll(dead);
        Index.MoveAll(from, to);
        for (var i = 0; i < to.Length; i++)
        {
            var id = _ids[to[i]] = _ids[from[i]];
            var row = _rows[to[i]];
            Oracle[row.Key = id] = to[i];
        }
        _rows.Truncate(end);
        _ids.RemoveRange(end, dead.Length);
    }

    public void Clear()
    {
        Index.Clear();
        _rows.Clear();
        _ids.Clear();
        Oracle.Clear();
    }

    public void AssertEqual()
    {
        Assert.That(_rows.Count, Is.EqualTo(Oracle.Count));
        foreach (var (id, handle) in Oracle)
        {
            if (Index.Find(id, Mix(id)) != handle) Assert.That(Index.Find(id, Mix(id)), Is.EqualTo(handle), $"id {id}");
        }
    }

    public void AssertAbsent(long id)
    {
        if (Index.Find(id, Mix(id)) != CuckooIndex.NotFound)
            Assert.That(Index.Find(id, Mix(id)), Is.EqualTo(CuckooIndex.NotFound), $"id {id}");
    }

    public void Dispose()
    {
        Index.Dispose();
        _rows.Dispose();
    }
}
