using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Tables.Model;

/// <summary>What a table must do, as a dictionary: one id after the other, no stripes, no index, no batches.</summary>
internal sealed class TableModel
{
    private readonly (Optimizer Optimizer, int Start, int Dimension)[] _segments;
    private readonly int _occurrences;
    private readonly Func<uint>? _clock;
    private readonly Func<long, float[]> _born;
    private readonly Dictionary<long, (int Count, uint LastSeen)> _pending = [];
    private readonly Dictionary<long, ModelRow> _rows = [];

    /// <param name="settings">The table.</param>
    /// <param name="wallClock">Seconds since the Unix epoch.</param>
    /// <param name="born">The first values of an id.</param>
    public TableModel(ModelSettings settings, Func<uint> wallClock, Func<long, float[]> born)
    {
        (_occurrences, _born) = (settings.Occurrences, born);
        if (settings.Clock is { } clock) _clock = clock == ExpiryClock.WallClock ? wallClock : () => Newest;
        var options = settings.Plain();
        var start = 0;
        _segments = new (Optimizer, int, int)[options.Segments.Count];
        for (var i = 0; i < _segments.Length; start += options.Segments[i++].Dimension)
            _segments[i] = (options.Segments[i].Optimizer.Create(), start, options.Segments[i].Dimension);
        Dimension = start;
    }

    public int Dimension { get; }

    public uint Newest { get; private set; }

    public int Count => _rows.Count;

    public IEnumerable<long> Ids => _rows.Keys;

    public int PendingCount => _pending.Count;

    public ModelCounters Counters { get; } = new();

    public bool Contains(long id) => _rows.ContainsKey(id);

    /// <summary>The weights of a row; null where there is none.</summary>
    public float[]? Read(long id) => _rows.TryGetValue(id, out var row) ? row.Weights : null;

    /// <summary>The same, counted.</summary>
    public float[]? Lookup(long id)
    {
        Counters.LookedUp++;
        if (Contains(id)) Counters.Found++;
        return Read(id);
    }

    public uint LastUpdate(long id) => _rows[id].LastUpdate;

    public void See(uint eventTime) => Newest = Math.Max(Newest, eventTime);

    /// <summary>Reads a row and creates it where it is admitted; null where it is not.</summary>
    public float[]? LookupOrAdmit(long id, int count, uint eventTime) => Lookup(id) ?? Admit(id, count, eventTime);

    private float[]? Admit(long id, int count, uint eventTime)
    {
        if (_rows.TryGetValue(id, out var row)) return row.Weights;
        var (seen, last) = _pending.GetValueOrDefault(id);
        if (seen + count < _occurrences)
        {
            _pending[id] = (seen + count, Math.Max(last, eventTime));
            return null;
        }
        return Create(id, _born(id), eventTime).Weights;
    }

    public bool Apply(long id, float[] gradient, int count, uint eventTime, bool isDropped)
    {
        if (gradient.Any(g => !float.IsFinite(g)))
        {
            Counters.NonFiniteGradients++;
            return false;
        }
        if ((isDropped && !Contains(id)) || Admit(id, count, eventTime) is null)
        {
            Counters.DroppedGradients++;
            return false;
        }
        var row = _rows[id];
        for (var s = 0; s < _segments.Length; s++)
        {
            var (optimizer, start, dimension) = _segments[s];
            optimizer.Apply(
                row.Weights.AsSpan(start, dimension), row.States[s], gradient.AsSpan(start, dimension), new OptimizerContext(id, 0, count));
        }
        row.LastUpdate = Math.Max(row.LastUpdate, eventTime);
        return true;
    }

    public void Assign(long id, float[] values, uint eventTime, bool isAdded)
    {
        if (!_rows.TryGetValue(id, out var row)) Create(id, values, eventTime);
        else if (!isAdded) _rows[id] = Fresh(values, Math.Max(row.LastUpdate, eventTime));
        else
        {
            for (var i = 0; i < values.Length; i++) row.Weights[i] += values[i];
            for (var s = 0; s < _segments.Length; s++)
                _segments[s].Optimizer.WeightsMoved(row.Weights.AsSpan(_segments[s].Start, _segments[s].Dimension), row.States[s]);
            row.LastUpdate = Math.Max(row.LastUpdate, eventTime);
        }
    }

    public bool Remove(long id)
    {
        if (!_rows.Remove(id)) return false;
        Counters.Removed++;
        return true;
    }

    public int Evict()
    {
        if (_clock is null) return 0;
        long now = _clock();
        foreach (var (id, pending) in _pending.ToArray())
        {
            if (now - pending.LastSeen >= ModelSettings.TimeToLive) _pending.Remove(id);
        }
        var dead = _rows.Where(p => now - p.Value.LastUpdate >= ModelSettings.TimeToLive).Select(p => p.Key).ToArray();
        foreach (var id in dead) _rows.Remove(id);
        Counters.Expired += dead.Length;
        return dead.Length;
    }

    public void Clear()
    {
        Counters.Cleared += _rows.Count;
        _rows.Clear();
        _pending.Clear();
    }

    private ModelRow Create(long id, float[] weights, uint eventTime)
    {
        Counters.Created++;
        _pending.Remove(id);
        return _rows[id] = Fresh(weights, eventTime);
    }

    private ModelRow Fresh(float[] weights, uint eventTime)
    {
        var row = new ModelRow([.. weights], [.. _segments.Select(s => new float[s.Optimizer.StateLength(s.Dimension)])])
        {
            LastUpdate = eventTime
        };
        for (var s = 0; s < _segments.Length; s++)
            _segments[s].Optimizer.InitializeState(row.Weights.AsSpan(_segments[s].Start, _segments[s].Dimension), row.States[s]);
        return row;
    }

    private sealed record ModelRow(float[] Weights, float[][] States)
    {
        public uint LastUpdate { get; set; }
    }
}
