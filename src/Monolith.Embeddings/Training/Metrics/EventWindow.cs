namespace Monolith.Embeddings.Training.Metrics;

/// <summary>The places and times of events, first in, first out; grown as needed, to a bound. Not thread-safe.</summary>
/// <param name="maxEvents">How many there may be.</param>
internal sealed class EventWindow(int maxEvents)
{
    private (long Time, int Place)[] _events = new (long, int)[Math.Min(maxEvents, 64)];
    private int _first;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there are as many as there may be.</summary>
    public bool IsFull => Count == maxEvents;

    /// <summary>The first of those that are there.</summary>
    public (long Time, int Place) Oldest => _events[_first];

    /// <summary>Adds one, where it is not full.</summary>
    public void Add(long time, int place)
    {
        if (Count == _events.Length) Grow();
        _events[(int)(((long)_first + Count) % _events.Length)] = (time, place);
        Count++;
    }

    /// <summary>Removes the oldest, and returns its place.</summary>
    public int RemoveOldest()
    {
        var place = _events[_first].Place;
        _first = _first + 1 == _events.Length ? 0 : _first + 1;
        Count--;
        return place;
    }

    private void Grow()
    {
        var larger = new (long, int)[(int)Math.Min(maxEvents, 2L * _events.Length)];
        var behind = _events.AsSpan(_first);
        behind.CopyTo(larger);
        _events.AsSpan(0, _first).CopyTo(larger.AsSpan(behind.Length));
        (_events, _first) = (larger, 0);
    }
}
