namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// Exact counters as they were when the save began. Maps are written one after the other, each in the order of its keys; an id that is
/// about to change before its turn is written at once and marked, so that a question costs the copy of one id however many are counted. Ids
/// that come meanwhile are marked too. What changes a map as a whole has what is left of it written first.
/// </summary>
internal sealed class ExactSave : FilterSave
{
    // Places looked at in one stretch: few, because that happens under the stripe's lock.
    private const int StretchPlaces = 4096;

    private readonly ExactCounts _counts;
    private readonly AdmissionStateWriter _writer;
    private readonly PendingIdRecord _record;

    // What records tell of their maps, and whether a map was written whole before its turn.
    private readonly (int Capacity, int Count)[] _shapes;
    private readonly bool[] _isWhole;

    // Maps before this one are written, and of this one the keys below the next.
    private int _map;
    private ulong _nextKey;

    /// <param name="counts">The counters.</param>
    /// <param name="record">The form of its records; the save's own.</param>
    /// <param name="writer">Takes the records.</param>
    public ExactSave(ExactCounts counts, PendingIdRecord record, AdmissionStateWriter writer)
    {
        (_counts, _record, _writer) = (counts, record, writer);
        _shapes = Array.ConvertAll(counts.Maps, map => PendingIdRecord.ShapeOf(map));
        _isWhole = new bool[_shapes.Length];
    }

    /// <summary>Whether an id that is counted from now on is to be marked.</summary>
    public bool Marks(int map, ulong key) => !HasPassed(map, key);

    /// <summary>To be called before an id changes or goes.</summary>
    /// <param name="map">The number of its map.</param>
    /// <param name="place">Its place there.</param>
    public void BeforeChange(int map, int place)
    {
        var maps = _counts.Maps;
        ref var id = ref maps[map][place];
        if (id.IsOutOfSave || HasPassed(map, id.Key)) return;
        if (maps[map].IsScattered)
        {
            WriteRest(map);
            return;
        }
        _record.WriteAlone(_writer, _shapes[map], _counts.MixedIdOf(id.Key), in id, maps[map].PeriodAt(place));
        id = id.Marked(true);
    }

    /// <summary>Writes what is left of a map; to be called before ids of it change in number, or go unasked.</summary>
    public void WriteRest(int map)
    {
        if (_isWhole[map] || map < _map) return;
        // Ids of the map that is being written wait for their record.
        Flush();
        var pending = _counts.Maps[map];
        foreach (var place in PlacesInOrder(pending))
        {
            if (!HasPassed(map, pending[place].Key)) Take(map, place);
        }
        _record.Flush(_writer, _shapes[map]);
        _isWhole[map] = true;
    }

    public override bool WriteNext()
    {
        for (var looked = 0; looked < StretchPlaces && _map < _isWhole.Length;)
        {
            var map = _counts.Maps[_map];
            // Without the order of the keys there is no telling how far it was written.
            if (map.IsScattered) WriteRest(_map);
            if (_isWhole[_map]) looked++;
            else if (map.Walk(_nextKey, StretchPlaces, ref looked, this, static (save, place) => save.Take(save._map, place)) is { } next)
            {
                _nextKey = next;
                continue;
            }
            Flush();
            (_map, _nextKey) = (_map + 1, 0);
        }
        return _map < _isWhole.Length;
    }

    public override void Dispose()
    {
        // A save that was not finished leaves no marks for the next.
        for (; _map < _isWhole.Length; _map++)
        {
            if (!_isWhole[_map]) _counts.Maps[_map].Unmark();
        }
        _counts.End(this);
    }

    private bool HasPassed(int map, ulong key) => map < _map || _isWhole[map] || (map == _map && key < _nextKey);

    private void Take(int map, int place)
    {
        var pending = _counts.Maps[map];
        ref var id = ref pending[place];
        if (id.IsOutOfSave) id = id.Marked(false);
        else _record.Add(_writer, _shapes[map], _counts.MixedIdOf(id.Key), in id, pending.PeriodAt(place));
    }

    private void Flush() => _record.Flush(_writer, _shapes[_map]);

    private static IEnumerable<int> PlacesInOrder(PendingMap map)
    {
        var places = Enumerable.Range(0, map.Capacity).Where(place => map[place].Count > 0);
        return map.IsScattered ? places.OrderBy(place => map[place].Key) : places;
    }
}
