using System.Collections.Concurrent;
using Measuring;

namespace Monolith.Embeddings.Benchmarks.Workloads;

/// <summary>The baseline: a concurrent dictionary from id to an array of weights and state.</summary>
internal sealed class DictionaryWorkload(int dimension = TableWorkload.Dimension)
{
    private const float Rate = 0.01f;

    private ConcurrentDictionary<long, float[]> _rows = new();

    public void Fill()
    {
        for (var number = 0; number < TableWorkload.Rows; number++) _rows.TryAdd(ScatteredIds.Of(number), new float[2 * dimension]);
    }

    public void StartAnew() => _rows = new();

    public int Lookup(ReadOnlySpan<long> ids, Span<float> output)
    {
        var found = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            var destination = output.Slice(i * dimension, dimension);
            if (_rows.TryGetValue(ids[i], out var row))
            {
                row.AsSpan(0, dimension).CopyTo(destination);
                found++;
            }
            else destination.Clear();
        }
        return found;
    }

    /// <summary>Adagrad, a row locked while it changes.</summary>
    public void ApplyGradients(ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            var row = _rows.GetOrAdd(ids[i], static (_, length) => new float[length], 2 * dimension);
            lock (row) Step(row, gradients.Slice(i * dimension, dimension));
        }
    }

    public int Remove(ReadOnlySpan<long> ids)
    {
        var removed = 0;
        foreach (var id in ids) removed += _rows.TryRemove(id, out _) ? 1 : 0;
        return removed;
    }

    /// <summary>Goes through all entries and copies each one's weights; the exclusive or of their ids.</summary>
    public long Enumerate(Span<float> output)
    {
        var ids = 0L;
        foreach (var (id, row) in _rows)
        {
            row.AsSpan(0, dimension).CopyTo(output);
            ids ^= id;
        }
        return ids;
    }

    private void Step(float[] row, ReadOnlySpan<float> gradient)
    {
        for (var k = 0; k < gradient.Length; k++)
        {
            row[dimension + k] += gradient[k] * gradient[k];
            row[k] -= Rate * gradient[k] / MathF.Sqrt(row[dimension + k]);
        }
    }
}
