namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>
/// What goes out at one millisecond, in the order of key, kind, impression and task. Keeps its buffers. Not thread-safe.
/// </summary>
internal sealed class EmissionList
{
    private readonly int _tasks;
    private readonly Comparison<JoinEmission> _compare;
    private JoinEmission[] _items = new JoinEmission[64];
    private byte[] _keys = new byte[1024];
    private float[] _labels = new float[64];
    private int _keyBytes;
    private bool _isUnsorted;

    /// <param name="tasks">How many labels each has.</param>
    public EmissionList(int tasks) => (_tasks, _compare) = (tasks, (left, right) => Compare(in left, in right));

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The one at an index.</summary>
    public ref readonly JoinEmission this[int index] => ref _items[index];

    /// <summary>The labels of one, by the order of the joined tasks; see <see cref="JoinLabels"/>.</summary>
    public Span<float> Labels(scoped in JoinEmission emission) => _labels.AsSpan(emission.LabelsAt, _tasks);

    /// <summary>Adds one.</summary>
    /// <param name="emission">The emission; what its key and labels are is filled in.</param>
    /// <param name="key">The key; copied.</param>
    /// <returns>Where its labels are to be written; valid until the next call.</returns>
    public Span<float> Add(JoinEmission emission, ReadOnlySpan<byte> key)
    {
        if (Count == _items.Length) Array.Resize(ref _items, 2 * Count);
        if (_keyBytes + key.Length > _keys.Length) Array.Resize(ref _keys, Math.Max(2 * _keys.Length, _keyBytes + key.Length));
        if ((Count + 1) * _tasks > _labels.Length) Array.Resize(ref _labels, Math.Max(2 * _labels.Length, (Count + 1) * _tasks));
        (emission.KeyAt, emission.KeyLength, emission.LabelsAt) = (_keyBytes, key.Length, Count * _tasks);
        key.CopyTo(_keys.AsSpan(_keyBytes));
        _keyBytes += key.Length;
        _items[Count] = emission;
        _isUnsorted |= Count > 0 && Compare(in _items[Count - 1], in emission) > 0;
        Count++;
        return Labels(in emission);
    }

    /// <summary>Puts them in order.</summary>
    public void Sort()
    {
        if (_isUnsorted) _items.AsSpan(0, Count).Sort(_compare);
        _isUnsorted = false;
    }

    /// <summary>Begins again.</summary>
    public void Clear() => (Count, _keyBytes, _isUnsorted) = (0, 0, false);

    private ReadOnlySpan<byte> Key(in JoinEmission emission) => _keys.AsSpan(emission.KeyAt, emission.KeyLength);

    private int Compare(in JoinEmission left, in JoinEmission right)
    {
        var order = Key(in left).SequenceCompareTo(Key(in right));
        if (order == 0) order = ((int)left.Kind).CompareTo((int)right.Kind);
        if (order == 0) order = left.Impression.CompareTo(right.Impression);
        return order == 0 ? left.Task.CompareTo(right.Task) : order;
    }
}
