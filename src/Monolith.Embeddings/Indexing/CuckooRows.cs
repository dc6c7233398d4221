using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// Rows of one length that lie in the places of a cuckoo table themselves: a mixed id and its row take their own bytes by the fill, and
/// nothing else. For tables that are read far more than they grow: growth copies all rows. Not thread-safe: the stripe's lock covers it.
/// </summary>
/// <param name="rowBytes">The length of a row.</param>
/// <param name="account">Gives the memory.</param>
/// <param name="reclaimer">Frees old buckets once no thread can be reading them.</param>
/// <param name="sizes">When and how far it grows.</param>
/// <param name="capacity">How many rows to have room for from the start.</param>
internal sealed class CuckooRows(int rowBytes, MemoryAccount account, Reclaimer reclaimer, IndexSizes sizes, long capacity) : IDisposable
{
    private const double OverflowBelow = 0.5;
    private const double ShrinkBelow = 0.4;

    private RowBuckets _buckets = new(sizes.For(capacity), rowBytes, account);

    // Rows whose buckets are full below half fill: an adversary, or a bad hash.
    private OverflowRows? _overflow;
    private int _placed;
    private bool _hasRemoved;

    /// <summary>The current buckets, for hints without the lock.</summary>
    public RowBuckets Buckets => Volatile.Read(ref _buckets);

    public int Count => _placed + OverflowCount;

    /// <summary>
    /// Another number whenever rows changed places: a pass that saw a part of them may then miss one, or meet it twice. The first addition
    /// after a removal counts too: the row may be the removed one, at the other of its places.
    /// </summary>
    public long Moves { get; private set; }

    public int OverflowCount => _overflow?.Count ?? 0;

    /// <summary>The key of a row that found no place, by 0 to <see cref="OverflowCount"/> - 1.</summary>
    public ulong OverflowKey(int place) => _overflow!.Key(place);

    /// <summary>That row.</summary>
    public Span<byte> OverflowRow(int place) => _overflow!.Row(place);

    public long Bytes => _buckets.Bytes + (_overflow?.Bytes ?? 0);

    /// <summary>The row of a key. The guess is a hint of <see cref="Buckets"/>, and may be stale.</summary>
    public bool TryFind(ulong key, int guess, out Span<byte> row)
    {
        var place = _buckets.Holds(guess, key) ? guess : _buckets.Find(key);
        if (place >= 0)
        {
            row = _buckets.Row(place);
            return true;
        }
        row = default;
        return _overflow is not null && _overflow.TryFind(key, out row);
    }

    /// <summary>Adds a key that is not there, and hands out its row to be written.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory to grow; nothing changed.</exception>
    public Span<byte> Add(ulong key)
    {
        if (_hasRemoved) Moves++;
        _hasRemoved = false;
        if (_placed + 1 > sizes.MaximumFill * _buckets.Places) Rebuild(sizes.After(_buckets.Count));
        int place;
        while ((place = TryPlace(_buckets, key)) < 0)
        {
            if (_placed < OverflowBelow * _buckets.Places) return AddOverflow(key);
            Rebuild(sizes.After(_buckets.Count));
        }
        _placed++;
        return _buckets.Row(place);
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(ulong key)
    {
        _hasRemoved = true;
        var place = _buckets.Find(key);
        if (place < 0) return _overflow?.Remove(key) ?? false;
        var bucket = (uint)place / KeyLine.Slots;
        _buckets[bucket][place % KeyLine.Slots] = KeyLine.Empty(bucket);
        _placed--;
        return true;
    }

    /// <summary>Gives memory back once few rows are left.</summary>
    public void TrimExcess()
    {
        var count = sizes.For(Count);
        if (_placed < ShrinkBelow * _buckets.Places && count < _buckets.Count) Rebuild(count);
    }

    public void Dispose()
    {
        _buckets.Dispose();
        _overflow?.Dispose();
    }

    // The new buckets are complete before any reader sees them, and whatever fails leaves the old ones as they are. Rows that have
    // overflowed stay where they are, unless there is a free place for them now.
    private void Rebuild(uint count)
    {
        Moves++;
        var (old, fresh) = (_buckets, new RowBuckets(count, rowBytes, account));
        int placed;
        try
        {
            placed = MoveAll(fresh);
        }
        catch
        {
            fresh.Dispose();
            DropPlacedOverflow();
            throw;
        }
        _placed = placed;
        Volatile.Write(ref _buckets, fresh);
        DropPlacedOverflow();
        reclaimer.Retire(old);
    }

    /// <returns>How many rows have a place.</returns>
    private int MoveAll(RowBuckets fresh)
    {
        var (old, placed) = (_buckets, 0);
        for (var place = 0; place < OverflowCount; place++)
        {
            if (Move(_overflow!.Row(place), TryPlaceWithoutMoves(fresh, _overflow.Key(place)))) placed++;
        }
        for (uint bucket = 0; bucket < old.Count; bucket++)
        {
            for (var slot = 0; slot < KeyLine.Slots; slot++)
            {
                var key = old[bucket][slot];
                if (key == KeyLine.Empty(bucket)) continue;
                var row = old.Row((int)(bucket * KeyLine.Slots) + slot);
                if (Move(row, TryPlace(fresh, key))) placed++;
                else row.CopyTo(AddOverflow(key));
            }
        }
        return placed;

        bool Move(ReadOnlySpan<byte> row, int place)
        {
            if (place < 0) return false;
            row.CopyTo(fresh.Row(place));
            return true;
        }
    }

    private Span<byte> AddOverflow(ulong key) => (_overflow ??= new OverflowRows(rowBytes, account)).Add(key);

    private void DropPlacedOverflow()
    {
        // From the last one down: the last row fills the place of one that goes.
        for (var place = OverflowCount - 1; place >= 0; place--)
        {
            if (_buckets.Find(_overflow!.Key(place)) >= 0) _overflow.Remove(_overflow.Key(place));
        }
    }

    private static int TryPlaceWithoutMoves(RowBuckets buckets, ulong key)
    {
        var place = buckets.FindEmpty(buckets.First(key));
        if (place < 0) place = buckets.FindEmpty(buckets.Second(key));
        if (place >= 0) buckets[(uint)place / KeyLine.Slots][place % KeyLine.Slots] = key;
        return place;
    }

    private int TryPlace(RowBuckets buckets, ulong key)
    {
        var place = TryPlaceWithoutMoves(buckets, key);
        if (place >= 0) return place;
        Moves++;
        place = RowDisplacement.OfThread.TryMakeRoom(buckets, key);
        if (place >= 0) buckets[(uint)place / KeyLine.Slots][place % KeyLine.Slots] = key;
        return place;
    }
}
