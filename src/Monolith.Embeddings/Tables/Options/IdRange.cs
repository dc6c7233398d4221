using System.Numerics;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// A contiguous share of all ids, in the order of their mixed ids (<see cref="AdmissionContext.MixedId"/>): one of a power of two of equal
/// ones. Mixing spreads ids evenly, so that ranges have about as many rows each. The default is the whole. Immutable.
/// </summary>
public readonly struct IdRange : IEquatable<IdRange>
{
    /// <summary>The most ranges: 1,024.</summary>
    public const int MaxCount = AdmissionContext.Partitions;

    private readonly int _bits;

    /// <summary>Creates a range.</summary>
    /// <param name="index">Its place among the ranges, 0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">How many ranges there are: a power of two, 1 to <see cref="MaxCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such range.</exception>
    public IdRange(int index, int count)
    {
        RequireCount(count);
        if (index < 0 || index >= count) throw OutOfRange.Of(nameof(index), index, $"Of {count} ranges the indexes are 0 to {count - 1}.");
        (Index, _bits) = (index, BitOperations.Log2((uint)count));
    }

    /// <summary>All ids.</summary>
    public static IdRange Whole => default;

    /// <summary>The place among the ranges, from 0.</summary>
    public int Index { get; }

    /// <summary>How many ranges there are.</summary>
    public int Count => 1 << _bits;

    /// <summary>Whether it has all ids.</summary>
    public bool IsWhole => _bits == 0;

    /// <summary>Whether an id is of this range.</summary>
    /// <param name="id">Any id.</param>
    public bool Contains(long id) => Place(AdmissionContext.MixedId(id), _bits) == Index;

    /// <summary>The index of the range that an id is of.</summary>
    /// <param name="id">Any id.</param>
    /// <param name="count">How many ranges there are: a power of two, 1 to <see cref="MaxCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be this many ranges.</exception>
    public static int IndexOf(long id, int count)
    {
        RequireCount(count);
        return IndexOfMixed(AdmissionContext.MixedId(id), count);
    }

    /// <summary>Whether two ranges are equal.</summary>
    public static bool operator ==(IdRange left, IdRange right) => left.Equals(right);

    /// <summary>Whether two ranges differ.</summary>
    public static bool operator !=(IdRange left, IdRange right) => !left.Equals(right);

    /// <inheritdoc />
    public bool Equals(IdRange other) => (Index, _bits) == (other.Index, other._bits);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is IdRange other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Index, _bits);

    /// <inheritdoc />
    public override string ToString() => IsWhole ? "all ids" : $"range {Index} of {Count}";

    internal static int IndexOfMixed(ulong mixedId, int count) => Place(mixedId, BitOperations.Log2((uint)count));

    // Shifted twice: a shift by 64 would be one by 0.
    private static int Place(ulong mixedId, int bits) => (int)(mixedId >> 1 >> (63 - bits));

    private static void RequireCount(int count)
    {
        if (!int.IsPow2(count) || count > MaxCount)
            throw OutOfRange.Of(nameof(count), count, $"There are 1 to {MaxCount} ranges, a power of two.");
    }
}
