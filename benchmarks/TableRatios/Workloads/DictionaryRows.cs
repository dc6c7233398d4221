using System.Collections.Concurrent;
using Measuring;

namespace TableRatios.Workloads;

/// <summary>What users have who have no table: a dictionary of arrays that hold weights and state.</summary>
internal sealed class DictionaryRows(int dimension)
{
    private readonly ConcurrentDictionary<long, float[]> _rows = new();

    public int Count => _rows.Count;

    public void Fill(int from, int to)
    {
        for (var number = from; number < to; number++) _rows.TryAdd(ScatteredIds.Of(number), new float[2 * dimension]);
    }

    public void Gather(ReadOnlySpan<long> ids, Span<float> output)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            var destination = output.Slice(i * dimension, dimension);
            if (_rows.TryGetValue(ids[i], out var row)) row.AsSpan(0, dimension).CopyTo(destination);
            else destination.Clear();
        }
    }
}
