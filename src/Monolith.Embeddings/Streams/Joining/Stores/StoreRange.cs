using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining.Stores;

/// <summary>The places of a store that hold bytes. Changed by one thread, under the store's lock; may be read without.</summary>
internal struct StoreRange
{
    private long _start, _end;
    private bool _isClosed;

    public readonly long Start => Volatile.Read(in _start);

    public readonly long End => Volatile.Read(in _end);

    /// <summary>Lets go of all places.</summary>
    public void Close()
    {
        Clear(_end);
        _isClosed = true;
    }

    /// <exception cref="ObjectDisposedException">The store was disposed.</exception>
    public readonly void RequireOpen() => ObjectDisposedException.ThrowIf(_isClosed, typeof(JoinStore));

    /// <summary>Adds places behind the end.</summary>
    /// <returns>The end before.</returns>
    public long Append(int count)
    {
        var at = _end;
        Volatile.Write(ref _end, at + count);
        return at;
    }

    /// <summary>How many places can be read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The first one cannot.</exception>
    public readonly int Readable(long at, int count)
    {
        Require(at);
        return (int)Math.Min(count, _end - at);
    }

    /// <exception cref="ArgumentOutOfRangeException">The place lies behind the end.</exception>
    public void Trim(long before)
    {
        if (before <= _start) return;
        Require(before);
        Volatile.Write(ref _start, before);
    }

    /// <exception cref="ArgumentOutOfRangeException">The place lies outside.</exception>
    public void Truncate(long end)
    {
        Require(end);
        Volatile.Write(ref _end, end);
    }

    /// <exception cref="ArgumentOutOfRangeException">The place is negative.</exception>
    public void Clear(long at)
    {
        OutOfRange.ThrowIfNegative(at);
        Volatile.Write(ref _start, at);
        Volatile.Write(ref _end, at);
    }

    /// <exception cref="ArgumentOutOfRangeException">It is no place of the store.</exception>
    public readonly void Require(long at)
    {
        if (at >= _start && at <= _end) return;
        throw OutOfRange.Of(nameof(at), at, $"The store of open impressions has the places {_start} to {_end}, and {at} is none of them.");
    }
}
