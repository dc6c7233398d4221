namespace Monolith.Embeddings.Tables.Observing;

/// <summary>
/// The removals of a table set that no commit has yet, in their order, and numbered; where there are more than may be kept, the newest.
/// Thread-safe.
/// </summary>
/// <param name="most">How many are kept.</param>
internal sealed class RemovalAudit(int most)
{
    private const int SmallestCapacity = 64;

    private readonly Lock _gate = new();
    private AuditedRemoval[] _ring = [];
    private int _first, _count;
    private long _number, _cut;

    /// <summary>How many are kept.</summary>
    public int Most => most;

    /// <summary>Goes on behind what commits have.</summary>
    /// <param name="number">The number of the newest removal that a commit has; 0 for none.</param>
    public void GoOnAfter(long number)
    {
        lock (_gate) _number = Math.Max(_number, number);
    }

    /// <summary>Adds a removal.</summary>
    public void Add(string table, string? policy, in RemovedRow row)
    {
        lock (_gate)
        {
            if (_count == _ring.Length && _count < most) Grow();
            var place = (_first + _count) % _ring.Length;
            _ring[place] = new AuditedRemoval(++_number, table, policy, row);
            if (_count < _ring.Length) _count++;
            else _first = (_first + 1) % _ring.Length;
        }
    }

    /// <summary>Says that those up to now belong to the commit that is being cut.</summary>
    public void Cut()
    {
        lock (_gate) _cut = _number;
    }

    /// <summary>Those of the newest cut whose numbers are greater than one.</summary>
    public AuditedRemoval[] AtCut(long after)
    {
        lock (_gate) return [.. Items().Where(removal => removal.Number > after && removal.Number <= _cut)];
    }

    /// <summary>Drops those that a commit has.</summary>
    /// <param name="upTo">The number of the last of them.</param>
    public void Release(long upTo)
    {
        lock (_gate)
        {
            while (_count > 0 && _ring[_first].Number <= upTo)
            {
                _ring[_first] = default;
                (_first, _count) = ((_first + 1) % _ring.Length, _count - 1);
            }
        }
    }

    /// <summary>The newest removal of an id; null where there is none.</summary>
    public AuditedRemoval? Find(string table, long id)
    {
        lock (_gate)
        {
            for (var i = _count - 1; i >= 0; i--)
            {
                ref readonly var removal = ref _ring[(_first + i) % _ring.Length];
                if (removal.Row.Id == id && removal.Table == table) return removal;
            }
            return null;
        }
    }

    /// <summary>Drops what is known of ids of a table.</summary>
    public void Forget(string table, Func<long, bool> isForgotten)
    {
        lock (_gate)
        {
            AuditedRemoval[] kept = [.. Items().Where(removal => removal.Table != table || !isForgotten(removal.Row.Id))];
            // Nothing of the others is to be left in memory either.
            Array.Clear(_ring);
            kept.CopyTo(_ring, 0);
            (_first, _count) = (0, kept.Length);
        }
    }

    private IEnumerable<AuditedRemoval> Items()
    {
        for (var i = 0; i < _count; i++) yield return _ring[(_first + i) % _ring.Length];
    }

    private void Grow()
    {
        var grown = new AuditedRemoval[(int)Math.Min(most, Math.Max(SmallestCapacity, 2L * _count))];
        var at = 0;
        foreach (var removal in Items()) grown[at++] = removal;
        (_ring, _first) = (grown, 0);
    }
}
