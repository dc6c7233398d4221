namespace Monolith.Embeddings.Training.Ranking;

/// <summary>The last items of each user, for the users seen last: bounded memory, grown as it is needed. Not thread-safe.</summary>
/// <param name="perUser">How many items of a user are kept; the oldest goes.</param>
/// <param name="maxUsers">How many users are kept; the one that was seen longest ago goes.</param>
internal sealed class SeenItems(int perUser, int maxUsers)
{
    private const int None = -1;

    private readonly Dictionary<long, int> _places = [];
    private long[] _users = [], _items = [];
    private int[] _counts = [], _older = [], _newer = [];
    private int _oldest = None, _newest = None;

    /// <summary>A user's items, the oldest first; empty for a user who is not kept.</summary>
    public ReadOnlySpan<long> Of(long user) =>
        _places.TryGetValue(user, out var place) ? _items.AsSpan(place * perUser, _counts[place]) : [];

    /// <summary>Adds an item, or makes one that is there the newest.</summary>
    public void Add(long user, long item)
    {
        var place = PlaceOf(user);
        var items = _items.AsSpan(place * perUser, perUser);
        var at = items[.._counts[place]].IndexOf(item);
        if (at < 0 && _counts[place] < perUser) at = _counts[place]++;
        else
        {
            // The place of the item, or of the oldest.
            at = Math.Max(at, 0);
            items[(at + 1).._counts[place]].CopyTo(items[at..]);
            at = _counts[place] - 1;
        }
        items[at] = item;
    }

    private int PlaceOf(long user)
    {
        if (_places.TryGetValue(user, out var place))
        {
            Unlink(place);
            LinkNewest(place);
            return place;
        }
        if (_places.Count < maxUsers)
        {
            place = _places.Count;
            if (place == _users.Length) Grow();
        }
        else
        {
            place = _oldest;
            Unlink(place);
            _places.Remove(_users[place]);
        }
        (_users[place], _counts[place]) = (user, 0);
        _places.Add(user, place);
        LinkNewest(place);
        return place;
    }

    private void Grow()
    {
        var capacity = (int)Math.Min(maxUsers, Math.Max(64, 2L * _users.Length));
        Array.Resize(ref _users, capacity);
        Array.Resize(ref _counts, capacity);
        Array.Resize(ref _older, capacity);
        Array.Resize(ref _newer, capacity);
        Array.Resize(ref _items, capacity * perUser);
    }

    private void Unlink(int place)
    {
        var (older, newer) = (_older[place], _newer[place]);
        if (older == None) _oldest = newer;
        else _newer[older] = newer;
        if (newer == None) _newest = older;
        else _older[newer] = older;
    }

    private void LinkNewest(int place)
    {
        (_older[place], _newer[place]) = (_newest, None);
        if (_newest == None) _oldest = place;
        else _newer[_newest] = place;
        _newest = place;
    }
}
