using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// The removals of a stripe, in order, for deltas. Grows up to a bound, in memory that the account pays for. Where it would outgrow it, or
/// there is no memory, it has to begin again, and what follows needs a full snapshot. The stripe's lock covers it.
/// </summary>
/// <param name="account">Pays for the memory.</param>
/// <param name="mostBytes">The bound.</param>
internal sealed unsafe class RemovalLog(MemoryAccount account, long mostBytes) : IDisposable
{
    private const int SmallestCount = 256;

    private NativeBlock? _block;
    private int _first, _count, _capacity;
    private long _dropped;

    /// <summary>Removals of this number of the change clock or before are not all here.</summary>
    public uint CompleteAfter { get; private set; }

    /// <summary>Whether it holds no removal.</summary>
    public bool IsEmpty => _count == 0;

    public long Bytes => _block?.Bytes ?? 0;

    private LoggedRemoval* Items => (LoggedRemoval*)_block!.Pointer;

    /// <summary>Forgets everything; from now on it is complete after a number.</summary>
    public void Begin(uint completeAfter)
    {
        Forget();
        CompleteAfter = completeAfter;
    }

    /// <returns>False where there is no room.</returns>
    public bool TryAdd(long id, uint stamp)
    {
        if (_first + _count == _capacity && !TryMakeRoom()) return false;
        Items[_first + _count++] = new LoggedRemoval(id, stamp);
        return true;
    }

    /// <summary>Gives removals one of two numbers.</summary>
    public void Renumber(uint cut, uint upToCut, uint sinceCut)
    {
        for (var i = _first; i < _first + _count; i++) Items[i] = Items[i] with { Stamp = Items[i].Stamp <= cut ? upToCut : sinceCut };
        CompleteAfter = CompleteAfter <= cut ? upToCut : sinceCut;
    }

    /// <summary>The removals after a number, up to another.</summary>
    public RemovalRange Between(uint from, uint to) => new(_dropped + CountUpTo(from), _dropped + CountUpTo(to));

    /// <summary>The id of a removal of a range.</summary>
    public long IdAt(long place)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)(place - _dropped), (ulong)_count);
        return Items[_first + (int)(place - _dropped)].Id;
    }

    /// <summary>Drops what will not be asked for: the removals up to a number.</summary>
    public void Release(uint upTo)
    {
        var count = CountUpTo(upTo);
        (_first, _count, _dropped) = (_first + count, _count - count, _dropped + count);
        if (_count == 0 && _block is not null) Free();
        CompleteAfter = Math.Max(CompleteAfter, upTo);
    }

    public void Dispose() => Forget();

    // Stamps never go down along the log.
    private int CountUpTo(uint stamp)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Items[_first + middle].Stamp <= stamp) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private bool TryMakeRoom()
    {
        if (_first > _count)
        {
            new ReadOnlySpan<LoggedRemoval>(Items + _first, _count).CopyTo(new Span<LoggedRemoval>(Items, _count));
            _first = 0;
            return true;
        }
        var capacity = Math.Max(SmallestCount, 2 * _count);
        var bytes = (long)capacity * sizeof(LoggedRemoval);
        if (bytes > mostBytes) return false;
        try
        {
            var grown = account.Allocate(bytes);
            if (_block is not null)
                new ReadOnlySpan<LoggedRemoval>(Items + _first, _count).CopyTo(new Span<LoggedRemoval>(grown.Pointer, _count));
            _block?.Dispose();
            (_block, _capacity, _first) = (grown, capacity, 0);
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private void Forget()
    {
        _dropped += _count;
        _count = 0;
        Free();
    }

    private void Free()
    {
        _block?.Dispose();
        (_block, _first, _capacity) = (null, 0, 0);
    }
}
