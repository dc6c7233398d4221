using System.Numerics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// From id to row handle inside one stripe, by cuckoo hashing (Pagh and Rodler 2004) with two candidate buckets of eight places. An id's
/// place is found by its 16-bit tag and confirmed by the key in its row, so that every 64-bit id is legal. Not thread-safe: the stripe's
/// lock covers it.
/// </summary>
internal sealed partial class CuckooIndex : IDisposable
{
    public const int NotFound = -1;

    private const double RefillAfterShrink = 0.8;
    private const double ShrinkBelow = 0.35;
    private const double OverflowBelow = 0.5;
    private const int RebuildAhead = 16;

    private readonly PagePool _pool;
    private readonly Reclaimer _reclaimer;
    private readonly RowStore _rows;
    private readonly ulong _hashMask;
    private readonly IndexSizes _sizes;
    private OrderedIds? _overflow;
    private BucketArray _buckets;
    private DisplacementCounts _displacements;
    private int _placed;

    /// <param name="rows">The rows whose keys confirm a match.</param>
    /// <param name="pool">Gives the memory.</param>
    /// <param name="reclaimer">Frees old buckets once no thread can be reading them.</param>
    /// <param name="sizes">When and how far it grows.</param>
    /// <param name="capacity">How many ids to have room for from the start.</param>
    /// <param name="hashMask">Which bits of a mixed id take part; all of them but in tests of collisions.</param>
    public CuckooIndex(
        RowStore rows, PagePool pool, Reclaimer reclaimer, IndexSizes sizes, int capacity = 0, ulong hashMask = ulong.MaxValue)
    {
        (_rows, _pool, _reclaimer, _sizes, _hashMask) = (rows, pool, reclaimer, sizes, hashMask);
        _buckets = new BucketArray(sizes.For(capacity), pool);
    }

    /// <summary>The current buckets, for hints without the lock.</summary>
    public BucketArray Buckets => Volatile.Read(ref _buckets);

    /// <summary>How many ids found no place below half fill: an adversary, or a bad hash.</summary>
    public int OverflowCount => _overflow?.Count ?? 0;

    /// <summary>The ids inserted, by how many others moved for them; what a rebuild places is not counted again.</summary>
    public ref readonly DisplacementCounts Displacements => ref _displacements;

    /// <summary>The memory of buckets and overflow list.</summary>
    public long Bytes => _buckets.Bytes + (_overflow?.Bytes ?? 0);

    /// <summary>How many ids the buckets have room for.</summary>
    public long Places => (long)_buckets.Count * Bucket.Slots;

    public long Growths { get; private set; }

    public double Fill => _placed / (double)Places;

    /// <summary>The handle of an id, or <see cref="NotFound"/>.</summary>
    public int Find(long id, ulong hash)
    {
        var tag = HashParts.Tag(hash);
        var first = HashParts.First(hash, _buckets.Count);
        var home = _buckets[first];
        var handle = FindIn(home, tag, id);
        if (handle != NotFound || !home.MayHaveStray(tag)) return handle;
        handle = FindIn(_buckets[HashParts.Alternate(first, tag, _buckets.Count)], tag, id);
        if (handle != NotFound || _overflow is null) return handle;
        return _overflow.Find(unchecked((ulong)id));
    }

    /// <summary>Makes room for the given number of ids, so that adding them grows nothing.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory to grow; nothing changed.</exception>
    public void Reserve(int capacity)
    {
        var count = _sizes.For(capacity);
        if (count > _buckets.Count) Rebuild(count);
    }

    /// <summary>
    /// Adds an id that is not there, for a row that is to be appended afterwards: growth walks the rows, and must not meet it yet.
    /// </summary>
    /// <exception cref="OutOfMemoryException">There is no memory to grow; nothing changed.</exception>
    public void Insert(long id, ulong hash, int handle)
    {
        if (_placed + 1 > _sizes.MaximumFill * Places) Grow();
        int moves;
        while (!TryPlace(hash, handle, out moves))
        {
            if (Fill < OverflowBelow)
            {
                AddOverflow(id, hash, handle);
                return;
            }
            Grow();
        }
        _displacements.Count(moves);
    }

    /// <summary>Removes an id that is there.</summary>
    public void Remove(long id, ulong hash, int handle)
    {
        if (TryLocate(hash, handle, out var bucket, out var slot)) RemoveFrom(bucket, slot, hash);
        else RemoveOverflow(id, hash);
    }

    /// <summary>Says that an id's row moved.</summary>
    public void Move(long id, ulong hash, int from, int to)
    {
        if (TryLocate(hash, from, out var bucket, out var slot)) bucket.Handle(slot) = to;
        else _overflow!.Set(unchecked((ulong)id), to);
    }

    /// <summary>Gives memory back once few ids are left.</summary>
    /// <param name="capacity">How many ids to keep room for.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for the smaller copy; nothing changed.</exception>
    public void TrimExcess(int capacity = 0)
    {
        if (_buckets.Count <= IndexSizes.Smallest || Fill >= ShrinkBelow) return;
        var count = Math.Max((_sizes with { MaximumFill = RefillAfterShrink }).For(_rows.Count), _sizes.For(capacity));
        if (count < _buckets.Count) Rebuild(count);
    }

    public void Clear()
    {
        var (cleared, old) = (new BucketArray(IndexSizes.Smallest, _pool), _buckets);
        _overflow?.Dispose();
        (_overflow, _placed) = (null, 0);
        Volatile.Write(ref _buckets, cleared);
        _reclaimer.Retire(old);
    }

    public void Dispose()
    {
        _buckets.Dispose();
        _overflow?.Dispose();
    }

    /// <summary>What an id is placed by.</summary>
    public ulong HashOf(long id) => KeyMixer.Mix(unchecked((ulong)id)) & _hashMask;

    private void Grow()
    {
        Growths++;
        Rebuild(_sizes.After(_buckets.Count));
    }

    // The rows are the truth: the index is made again from their keys. Ids that have overflowed stay on their list, unless there is a free
    // place for them now: where they were chosen to collide, a second list would be much memory, and looking for a chain of moves for each
    // would take long.
    private void Rebuild(uint bucketCount)
    {
        var (old, placed) = (_buckets, _placed);
        var fresh = new BucketArray(bucketCount, _pool);
        _placed = 0;
        Volatile.Write(ref _buckets, fresh);
        try
        {
            PlaceAll(fresh);
        }
        catch (OutOfMemoryException)
        {
            _placed = placed;
            Volatile.Write(ref _buckets, old);
            DropPlacedOverflow();
            // Another thread may be taking hints from it.
            _reclaimer.Retire(fresh);
            throw;
        }
        DropPlacedOverflow();
        _reclaimer.Retire(old);
    }

    // Both are fetched ahead, first a row's key and then its bucket.
    private void PlaceAll(BucketArray fresh)
    {
        Span<ulong> ahead = stackalloc ulong[RebuildAhead];
        var count = _rows.Count;
        for (var handle = 0; handle < count + RebuildAhead; handle++)
        {
            _rows.PrefetchHeader(handle + 2 * RebuildAhead);
            ref var hash = ref ahead[handle % RebuildAhead];
            if (handle >= RebuildAhead) Place(handle - RebuildAhead, hash);
            if (handle >= count) continue;
            hash = HashOf(_rows[handle].Key);
            fresh.Prefetch(hash);
        }
    }

    private void Place(int handle, ulong hash)
    {
        if (_overflow is not null && _overflow.Find(unchecked((ulong)_rows[handle].Key)) != OrderedIds.NotFound)
        {
            if (!TryPlaceWithoutMoves(hash, handle)) Home(hash).AddStray(HashParts.Tag(hash));
        }
        else if (!TryPlace(hash, handle, out _)) AddOverflow(_rows[handle].Key, hash, handle);
    }

    private void DropPlacedOverflow()
    {
        if (_overflow is null) return;
        _overflow.RemoveWhere((id, handle) => TryLocate(HashOf(unchecked((long)id)), handle, out _, out _));
        if (_overflow.Count == 0) _overflow = null;
    }

    private Bucket Home(ulong hash) => _buckets[HashParts.First(hash, _buckets.Count)];

    private void AddOverflow(long id, ulong hash, int handle)
    {
        (_overflow ??= new OrderedIds(_pool.Account)).Add(unchecked((ulong)id), handle);
        Home(hash).AddStray(HashParts.Tag(hash));
    }

    private void RemoveFrom(Bucket bucket, int slot, ulong hash)
    {
        if (bucket.IsGuest(slot)) Home(hash).RemoveStray(HashParts.Tag(hash));
        bucket.Clear(slot);
        _placed--;
    }

    private void RemoveOverflow(long id, ulong hash)
    {
        if (_overflow!.Remove(unchecked((ulong)id))) Home(hash).RemoveStray(HashParts.Tag(hash));
    }

    private bool TryPlace(ulong hash, int handle, out int moves)
    {
        moves = 0;
        if (TryPlaceWithoutMoves(hash, handle)) return true;
        var first = HashParts.First(hash, _buckets.Count);
        if (!DisplacementSearch.OfThread.TryMakeRoom(_buckets, first, HashParts.Tag(hash), handle, out moves)) return false;
        _placed++;
        return true;
    }

    private bool TryPlaceWithoutMoves(ulong hash, int handle)
    {
        var tag = HashParts.Tag(hash);
        var first = HashParts.First(hash, _buckets.Count);
        var home = _buckets[first];
        if (!TryFill(home, tag, handle, isGuest: false))
        {
            if (!TryFill(_buckets[HashParts.Alternate(first, tag, _buckets.Count)], tag, handle, isGuest: true)) return false;
            home.AddStray(tag);
        }
        _placed++;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryFill(Bucket bucket, ushort tag, int handle, bool isGuest)
    {
        var empty = bucket.Match(0);
        if (empty == 0) return false;
        bucket.Set(BitOperations.TrailingZeroCount(empty), tag, handle, isGuest);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindIn(Bucket bucket, ushort tag, long id)
    {
        for (var match = bucket.Match(tag); match != 0; match &= match - 1)
        {
            var handle = bucket.Handle(BitOperations.TrailingZeroCount(match));
            if (_rows[handle].Key == id) return handle;
        }
        return NotFound;
    }

    private bool TryLocate(ulong hash, int handle, out Bucket bucket, out int slot)
    {
        var tag = HashParts.Tag(hash);
        var first = HashParts.First(hash, _buckets.Count);
        bucket = _buckets[first];
        if (TryLocateIn(bucket, tag, handle, out slot)) return true;
        bucket = _buckets[HashParts.Alternate(first, tag, _buckets.Count)];
        return TryLocateIn(bucket, tag, handle, out slot);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryLocateIn(Bucket bucket, ushort tag, int handle, out int slot)
    {
        var match = bucket.Match(tag, handle);
        slot = BitOperations.TrailingZeroCount(match);
        return match != 0;
    }
}
