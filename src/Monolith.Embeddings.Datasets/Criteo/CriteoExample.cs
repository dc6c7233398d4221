using Monolith.Embeddings.Datasets.Criteo;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// One impression of the Criteo data sets: whether it was clicked, 13 counts and 26 categories, any of which may be missing. A value of
/// its own, about 170 bytes; nothing is allocated for it. Immutable; thread-safe.
/// </summary>
public readonly struct CriteoExample
{
    /// <summary>The number of integer features: 13.</summary>
    public const int IntegerCount = 13;

    /// <summary>The number of categorical features: 26.</summary>
    public const int CategoryCount = 26;

    private readonly CriteoValues _values;

    internal CriteoExample(bool clicked, in CriteoValues values) => (Clicked, _values) = (clicked, values);

    /// <summary>The label.</summary>
    public bool Clicked { get; }

    /// <summary>An integer feature, mostly a count, which may be negative; null where it is missing.</summary>
    /// <param name="index">0 to <see cref="IntegerCount"/> - 1: I1 to I13.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside.</exception>
    public int? Integer(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)IntegerCount, nameof(index));
        return _values.Has(index) ? (int)_values[index] : null;
    }

    /// <summary>A categorical feature, the 32-bit number that its hexadecimal text says; null where it is missing.</summary>
    /// <param name="index">0 to <see cref="CategoryCount"/> - 1: C1 to C26.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside.</exception>
    public uint? Category(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)CategoryCount, nameof(index));
        return _values.Has(IntegerCount + index) ? _values[IntegerCount + index] : null;
    }
}
