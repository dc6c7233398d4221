namespace Monolith.Embeddings.Features.Lookup;

/// <summary>The ids of one slot in one row of a batch, as places in the unique rows of their table.</summary>
/// <param name="places">Which unique row each id has, [n].</param>
/// <param name="weights">The weight of each id, [n]; empty where all are 1.</param>
/// <param name="stride">The distance of two unique rows, in floats.</param>
/// <param name="offset">Where the segment begins in a row.</param>
/// <param name="dimension">The segment's dimension.</param>
internal readonly ref struct Bag(ReadOnlySpan<int> places, ReadOnlySpan<float> weights, int stride, int offset, int dimension)
{
    private readonly ReadOnlySpan<int> _places = places;
    private readonly ReadOnlySpan<float> _weights = weights;

    public int Count => _places.Length;

    public int Dimension => dimension;

    public float Weight(int index) => _weights.IsEmpty ? 1 : _weights[index];

    public ReadOnlySpan<float> Vector(ReadOnlySpan<float> rows, int index) => rows.Slice(_places[index] * stride + offset, dimension);

    public Span<float> Vector(Span<float> rows, int index) => rows.Slice(_places[index] * stride + offset, dimension);

    public float WeightSum()
    {
        if (_weights.IsEmpty) return Count;
        var sum = 0f;
        foreach (var weight in _weights) sum += weight;
        return sum;
    }

    public float WeightNorm()
    {
        if (_weights.IsEmpty) return MathF.Sqrt(Count);
        var sum = 0f;
        foreach (var weight in _weights) sum += weight * weight;
        return MathF.Sqrt(sum);
    }
}
