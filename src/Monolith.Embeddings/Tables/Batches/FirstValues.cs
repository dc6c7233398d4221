using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>What the rows that a batch creates begin with, where it is not left to the initializers.</summary>
internal readonly ref struct FirstValues
{
    /// <summary>In place of a place: the initializers make the row.</summary>
    public const int None = -1;

    private readonly int _dimension;
    private readonly ReadOnlySpan<float> _values;
    private readonly ReadOnlySpan<int> _valueOf;

    /// <param name="dimension">How many weights a row has.</param>
    /// <param name="values">First values, [m, dimension].</param>
    /// <param name="valueOf">Which of them each id has, [n]; empty where none has.</param>
    public FirstValues(int dimension, ReadOnlySpan<float> values, ReadOnlySpan<int> valueOf)
    {
        _dimension = dimension;
        _values = values;
        _valueOf = valueOf;
    }

    /// <summary>The first values of the id at a place of the batch; empty where the initializers make them.</summary>
    public ReadOnlySpan<float> At(int position)
    {
        if (_valueOf.IsEmpty) return default;
        var place = _valueOf[position];
        return place == None ? default : _values.Slice(place * _dimension, _dimension);
    }

    /// <exception cref="ArgumentException">The lengths do not fit, a place is outside, or a value is not finite.</exception>
    public static void Require(
        string table, int dimension, int ids, ReadOnlySpan<float> firstValues, ReadOnlySpan<int> firstValueOf)
    {
        if (firstValueOf.IsEmpty) return;
        BatchArguments.RequireRows(table, 1, ids, firstValueOf.Length, nameof(firstValueOf));
        var count = firstValues.Length / dimension;
        if (firstValues.Length % dimension != 0)
            throw new ArgumentException(
                $"Table '{table}': rows have {dimension} weights, and there are {firstValues.Length} first values.", nameof(firstValues));
        for (var i = 0; i < firstValueOf.Length; i++)
        {
            if (firstValueOf[i] >= None && firstValueOf[i] < count) continue;
            throw new ArgumentException(
                $"Table '{table}': the id at position {i} has the first values at place {firstValueOf[i]}; there are {count}, from place 0 "
                + $"on, and {None} stands for none.", nameof(firstValueOf));
        }
        if (!FiniteCheck.AllFinite(firstValues))
            throw new ArgumentException($"Table '{table}': the first values hold NaN or an infinity.", nameof(firstValues));
    }
}
