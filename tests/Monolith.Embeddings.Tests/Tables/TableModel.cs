using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>What a table must do, as a dictionary: one id after the other, no stripes, no index, no batches.</summary>
internal sealed class TableModel
{
    private readonly (Optimizer Optimizer, int Start, int Dimension)[] _segments;
    private readonly int _occurrences;
    private readonly uint? _timeToLive;
    private readonly Func<long, float[]> _born;
    private readonly Dictionary<long, (int Count, uint LastSeen)> _pending = [];
    private readonly Dictionary<long, ModelRow> _rows = [];

    public TableModel(EmbeddingTableOptions options, int occurrences, uint? timeToLive, Func<long, float[]> born)
    {
        (_occurrences, _timeToLive, _born) = (occurrences, timeToLive, born);
        var start = 0;
        _segments = new (Optimizer, int, int)[options.Segments.Count];
        for (var i = 0; i < _segments.Length; start += options.Segments[i++].Dimension)
            _segments[i] = (options.Segments[i].Optimizer.Create(), start, options.Segments[i].Dimension);
        Dimension = start;
    }

    public int Dimension { get; }

    public uint Newest { get; private set; }

    public int Count => _rows.Count;

    public int PendingCount => _pending.Count;

    public IEnumerable<long> Ids => _rows.Keys;

    public bool Contains(long id) => _rows.ContainsKey(id);

    public float[] Read(long id) => _rows.TryGetValue(id, out var row) ? row.Weights : new float[Dimension];

    public uint LastUpdate(long id) => _rows[id].LastUpdate;

    public void See(uint eventTime) => Newest = Math.Max(Newest, eventTime);

    /// <summary>Reads a row and creates it where it is admitted; null where it is not.</summary>
    public float[]? Admit(long id, int count, uint eventTime)
    {
        if (_rows.TryGetValue(id, out var row)) return row.Weights;
        var (seen, last) = _pending.GetValueOrDefault(id);
        if (seen + count < _occurrences)
        {
            _pending[id] = (seen + count, Math.Max(last, eventTime));
            return null;
        }
        _pending.Remove(id);
        return Create(id, _born(id), eventTime).Weights;
    }

    public bool Apply(long id, float[] gradient, int count, uint eventTime, bool isDropped)
    {
        if (gradient.Any(g => !float.IsFinite(g))) return false;
        if (isDropped && !Contains(id)) return false;
        if (Admit(id, count, eventTime) is null) return false;
        var row = _rows[id];
        for (var s = 0; s < _segments.Length; s++)
        {
            var (optimizer, start, dimension) = _segments[s];
            optimizer.Apply(row.Weights.AsSpan(start, dimension), row.States[s], gradient.AsSpan(start, dimension), new OptimizerContext(id, 0, count));
        }
        row.LastUpdate = Math.Max(row.LastUpdate, eventTime);
        return true;
    }

    public void Assign(long id, float[] values, uint eventTime, bool isAdded)
    {
        if (!_rows.TryGetValue(id, out var row)) Create(id, values, eventTime);
        else if (!isAdded) Create(id, values, Math.Max(row.LastUpdate, eventTime));
        else
        {
            for (var i = 0; i < values.Length; i++) row.Weights[i] += values[i];
            for (var s = 0; s < _segments.Length; s++)
                _segments[s].Optimizer.WeightsMoved(row.Weights.AsSpan(_segments[s].Start, _segments[s].Dimension), row.States[s]);
            row.LastUpdate = Math.Max(row.LastUpdate, eventTime);
        }
    }

    public bool Remove(long id) => _rows.Remove(id);

    public int Evict()
    {
        if (_timeToLive is not { } live) return 0;
        foreach (var (id, pending) in _pending.ToArray())
        {
            if (Newest >= live && pending.LastSeen <= Newest - live) _pending.Remove(id);
        }
        var dead = _rows.Where(p => Newest - (long)p.Value.LastUpdate >= live).Select(p => p.Key).ToArray();
        foreach (var id in dead) _rows.Remove(id);
        return dead.Length;
    }

    public void Clear()
    {
        _rows.Clear();
        _pending.Clear();
    }

    private ModelRow Create(long id, float[] weights, uint eventTime)
    {
        var row = new ModelRow([.. weights], [.. _segments.Select(s => new float[s.Optimizer.StateLength(s.Dimension)])]) { LastUpdate = eventTime };
        for (var s = 0; s < _segments.Length; s++)
            _segments[s].Optimizer.InitializeState(row.Weights.AsSpan(_segments[s].Start, _segments[s].Dimension), row.States[s]);
        return _rows[id] = row;
    }

    private sealed record ModelRow(float[] Weights, float[][] States)
    {
        public uint LastUpdate { get; set; }
    }
}
