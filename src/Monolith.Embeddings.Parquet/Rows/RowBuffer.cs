using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Parquet.Rows;

/// <summary>Rows for one row group. Used by one thread.</summary>
internal sealed class RowBuffer(int capacity, int dimension)
{
    private readonly long[] _ids = new long[capacity];
    private readonly uint[] _lastUpdates = new uint[capacity];
    private readonly float[] _weights = new float[checked(capacity * dimension)];
    private int _taken;

    public int Count { get; private set; }

    public ReadOnlyMemory<long> Ids => _ids.AsMemory(0, Count);

    public ReadOnlyMemory<uint> LastUpdates => _lastUpdates.AsMemory(0, Count);

    public ReadOnlyMemory<float> Weights => _weights.AsMemory(0, Count * dimension);

    /// <summary>Takes rows until it is full or there are no more; the current chunk may be left half taken.</summary>
    public void Fill(RowEnumerator rows)
    {
        Count = 0;
        while (Count < capacity)
        {
            if (_taken == 0 && !rows.MoveNext()) return;
            var chunk = rows.Current;
            var count = Math.Min(chunk.Count - _taken, capacity - Count);
            chunk.Ids.Slice(_taken, count).CopyTo(_ids.AsSpan(Count));
            var times = chunk.LastUpdatesMilliseconds.Slice(_taken, count);
            for (var i = 0; i < count; i++) _lastUpdates[Count + i] = (uint)(times[i] / 1000);
            chunk.Weights.Slice(_taken * dimension, count * dimension).CopyTo(_weights.AsSpan(Count * dimension));
            Count += count;
            _taken = _taken + count == chunk.Count ? 0 : _taken + count;
        }
    }
}
