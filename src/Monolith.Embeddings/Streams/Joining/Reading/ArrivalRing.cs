namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>The arrivals of a partition from the first that is not processed on, by their numbers. Not thread-safe.</summary>
internal sealed class ArrivalRing
{
    private Arrival[] _items = new Arrival[64];
    private long _first, _next;

    /// <summary>Whether all are processed.</summary>
    public bool IsEmpty => _first == _next;

    /// <summary>The first.</summary>
    public ref Arrival First => ref this[_first];

    /// <summary>One that was added and not passed.</summary>
    public ref Arrival this[long arrival] => ref _items[arrival & (_items.Length - 1)];

    /// <summary>The numbers of all that were not passed.</summary>
    public IEnumerable<long> Numbers
    {
        get
        {
            for (var number = _first; number < _next; number++) yield return number;
        }
    }

    /// <summary>Adds one.</summary>
    /// <returns>Its number.</returns>
    public long Add(in Arrival arrival)
    {
        if (_next - _first == _items.Length) Grow();
        this[_next] = arrival;
        return _next++;
    }

    /// <summary>Passes the first.</summary>
    public void PassFirst() => _first++;

    /// <summary>Drops all.</summary>
    public void Clear() => _first = _next = 0;

    private void Grow()
    {
        var items = new Arrival[2 * _items.Length];
        for (var i = _first; i < _next; i++) items[i & (items.Length - 1)] = this[i];
        _items = items;
    }
}
