namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>
/// A group of 32-bit words, read as integers or as floats as an operation says: what conversions between formats of numbers are made of.
/// Like <see cref="Lanes.ILane{TSelf}"/>: written once, run at every width, and the scalar form is the oracle. All operations are exact or
/// correctly rounded.
/// </summary>
internal interface IWordLane<TSelf>
    where TSelf : unmanaged, IWordLane<TSelf>
{
    static abstract int Width { get; }

    /// <summary>0, 1, 2, ...</summary>
    static abstract TSelf Ascending { get; }

    static abstract TSelf Broadcast(uint value);

    static abstract TSelf LoadFloats(ref readonly float source);

    static abstract void StoreFloats(TSelf value, ref float destination);

    /// <summary>Reads 16-bit words, widened by zeros.</summary>
    static abstract TSelf LoadHalves(ref readonly ushort source);

    /// <summary>Writes the low 16 bits of each word.</summary>
    static abstract void StoreHalves(TSelf value, ref ushort destination);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>The low 32 bits of the product.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator <<(TSelf value, int count);

    static abstract TSelf operator >>>(TSelf value, int count);

    /// <summary>The larger signed integer.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>
    /// Element by element, as signed integers: <paramref name="left"/> less than <paramref name="right"/> ? <paramref name="then"/> :
    /// <paramref name="otherwise"/>.
    /// </summary>
    static abstract TSelf SelectLess(TSelf left, TSelf right, TSelf then, TSelf otherwise);

    /// <summary>Whether any signed integer is at least another.</summary>
    static abstract bool AnyAtLeast(TSelf left, TSelf right);

    static abstract TSelf AddFloats(TSelf left, TSelf right);

    static abstract TSelf SubtractFloats(TSelf left, TSelf right);

    static abstract TSelf MultiplyFloats(TSelf left, TSelf right);

    /// <summary>The float nearest to a signed integer.</summary>
    static abstract TSelf ToFloats(TSelf integers);

    /// <summary>The integer part of a float that is at least 0; anything where it is 2^31 or more, or no number.</summary>
    static abstract TSelf ToIntegers(TSelf floats);
}
