using Monolith.Embeddings.Training.Metrics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Counts the events of items over the last days of event time, and ranks items by them: what a model has to beat. With a
/// <see cref="RankingMetrics"/> of its own, the recall of "the most popular of the last 7 days" stands beside the model's after the same
/// pass. Equal events give equal ranks. Not thread-safe.
/// </summary>
/// <remarks>
/// The counts are exact. An event is counted while it is younger than the window: while its time plus the window is later than the newest
/// time. An event that comes out of order counts as one of the newest time. Memory: 16 bytes an event of the window and about 80 an item
/// of it, grown as needed. A rank and a count each take a time that grows with the logarithm of the number of items.
/// </remarks>
/// <example>
/// <code>
/// var popular = new PopularItems(TimeSpan.FromDays(7));
/// var baseline = new RankingMetrics(20);
/// foreach (var (item, time) in purchases)
/// {
///     // Ranked before it is counted, by what was counted until then.
///     popular.GoTo(time);
///     if (popular.RankOf(item) is { } rank) baseline.Add(rank);
///     else baseline.AddCold();
///     popular.Add(item, time);
/// }
/// </code>
/// </example>
public sealed class PopularItems
{
    /// <summary>How many events are kept at most, where nothing else is said.</summary>
    public const int DefaultMaxEvents = 10_000_000;

    private readonly Dictionary<long, int> _places = [];
    private readonly RankTree _tree = new();
    private readonly Stack<int> _free = new();
    private readonly EventWindow _events;
    private readonly long _window;
    private long _newest = long.MinValue;

    /// <summary>Creates a counter that has seen nothing.</summary>
    /// <param name="window">How long an event counts, in event time: at least a millisecond, at most 100 years.</param>
    /// <param name="maxEvents">
    /// How many events are kept at most: 1 to 1,000,000,000, by default <see cref="DefaultMaxEvents"/>. Beyond it the oldest leave early,
    /// and are counted in <see cref="LeftEarly"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public PopularItems(TimeSpan window, int maxEvents = DefaultMaxEvents)
    {
        _window = (long)window.TotalMilliseconds;
        if (_window < 1 || window.TotalDays > 36_525)
            throw new ArgumentOutOfRangeException(nameof(window), $"A window of {window:c} is none: take a millisecond to 100 years.");
        if (maxEvents is < 1 or > 1_000_000_000)
            throw OutOfRange.Of(nameof(maxEvents), maxEvents, $"{maxEvents} events are not between 1 and 1,000,000,000.");
        _events = new EventWindow(maxEvents);
    }

    /// <summary>How many events count now.</summary>
    public int Events => _events.Count;

    /// <summary>How many items have an event that counts now.</summary>
    public int Items => _tree.Count;

    /// <summary>How many events left early because there was no room. Where this is not 0, the window was shorter than asked.</summary>
    public long LeftEarly { get; private set; }

    /// <summary>
    /// Goes on to an event time: what is too old by then no longer counts. An earlier time than the newest changes nothing.
    /// </summary>
    /// <param name="eventTimeMilliseconds">In milliseconds since 1970.</param>
    public void GoTo(long eventTimeMilliseconds)
    {
        _newest = Math.Max(_newest, eventTimeMilliseconds);
        // The difference of two times may be beyond what a long holds.
        while (_events.Count > 0 && (Int128)_newest - _events.Oldest.Time >= _window) Forget();
    }

    /// <summary>Counts an event of an item.</summary>
    /// <param name="item">The item; any id.</param>
    /// <param name="eventTimeMilliseconds">
    /// When, in milliseconds since 1970. A time far ahead by mistake empties the window: pass only times that are believed.
    /// </param>
    public void Add(long item, long eventTimeMilliseconds)
    {
        GoTo(eventTimeMilliseconds);
        if (_events.IsFull)
        {
            Forget();
            LeftEarly++;
        }
        if (_places.TryGetValue(item, out var place)) Recount(place, by: 1);
        else
        {
            place = _free.Count > 0 ? _free.Pop() : _places.Count;
            _places.Add(item, place);
            _tree.Insert(place, item, count: 1);
        }
        _events.Add(_newest, place);
    }

    /// <summary>How many events of an item count now.</summary>
    /// <param name="item">The item.</param>
    public long CountOf(long item) => _places.TryGetValue(item, out var place) ? _tree.CountAt(place) : 0;

    /// <summary>
    /// The rank of an item among those with an event that counts: 1 and one more for each with more events, or as many and a lower id, as a
    /// signed number. Null for an item that has none.
    /// </summary>
    /// <param name="item">The item.</param>
    public long? RankOf(long item) => _places.TryGetValue(item, out var place) ? 1 + _tree.Before(_tree.CountAt(place), item) : null;

    /// <summary>The rank of an item where some are no candidates, such as what the user has seen.</summary>
    /// <param name="item">The item; a candidate in any case.</param>
    /// <param name="excluded">Items that are left out, in any order; each counts once however often it is named.</param>
    public long? RankOf(long item, ReadOnlySpan<long> excluded)
    {
        if (RankOf(item) is not { } rank) return null;
        var count = CountOf(item);
        for (var i = 0; i < excluded.Length; i++)
        {
            var isBefore = CountOf(excluded[i]) is > 0 and var other && RankTree.IsBefore(other, excluded[i], count, item);
            if (isBefore && !excluded[..i].Contains(excluded[i])) rank--;
        }
        return rank;
    }

    /// <summary>Writes the first items by rank.</summary>
    /// <param name="items">Where to, [k].</param>
    /// <returns>How many were written: k, or all there are.</returns>
    public int Top(Span<long> items)
    {
        var count = Math.Min(items.Length, _tree.Count);
        for (var rank = 0; rank < count; rank++) items[rank] = _tree.IdAt(_tree.At(rank));
        return count;
    }

    private void Forget()
    {
        var place = _events.RemoveOldest();
        if (_tree.CountAt(place) > 1)
        {
            Recount(place, by: -1);
            return;
        }
        _tree.Remove(place);
        _places.Remove(_tree.IdAt(place));
        _free.Push(place);
    }

    private void Recount(int place, int by)
    {
        var (id, count) = (_tree.IdAt(place), _tree.CountAt(place));
        _tree.Remove(place);
        _tree.Insert(place, id, count + by);
    }
}
