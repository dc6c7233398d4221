namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>Marks the places of a run of ids that would need room: kept while the run is worked off in parts. Not thread-safe.</summary>
internal sealed class AbsentPlaces
{
    private bool[] _marks = [];
    private int _start;
    private int _end;

    /// <summary>How many places are left.</summary>
    public int Count => _end - _start;

    /// <summary>Clears all, and makes room for the marks of the given number of places.</summary>
    public Span<bool> Begin(int count)
    {
        if (_marks.Length < count) _marks = new bool[Math.Max(count, 2 * _marks.Length)];
        (_start, _end) = (0, count);
        return _marks.AsSpan(0, count);
    }

    /// <summary>How many of the first places hold at most the given number of marks.</summary>
    public int LongestPrefix(int places, long marks)
    {
        var marked = _marks.AsSpan(_start, Math.Min(places, Count));
        for (var place = 0; place < marked.Length; place++)
        {
            if (marked[place] && --marks < 0) return place;
        }
        return marked.Length;
    }

    public int CountMarks(int places) => _marks.AsSpan(_start, places).Count(true);

    /// <summary>The first places are done.</summary>
    public void Skip(int places) => _start += Math.Min(places, Count);

    public void Clear() => (_start, _end) = (0, 0);
}
