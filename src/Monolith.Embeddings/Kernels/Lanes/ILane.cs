namespace Monolith.Embeddings.Kernels.Lanes;

/// <summary>
/// A group of floats that arithmetic treats alike: one float, or a vector of 4, 8 or 16. A rule written once against this interface runs at
/// every width, and its scalar form is the oracle of the others. Every operation is correctly rounded, so that all widths agree to the bit.
/// </summary>
internal interface ILane<TSelf>
    where TSelf : unmanaged, ILane<TSelf>
{
    static abstract int Width { get; }

    static abstract TSelf Broadcast(float value);

    static abstract TSelf Load(ref readonly float source);

    /// <summary>
    /// The first floats of a group, then zeros. Reads no more than <paramref name="count"/> floats, of which there may be none, or more
    /// than a group has.
    /// </summary>
    static abstract TSelf LoadFirst(ref readonly float source, int count);

    static abstract void Store(TSelf value, ref float destination);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf Sqrt(TSelf value);

    static abstract TSelf Abs(TSelf value);

    /// <summary>The magnitude of one and the sign of the other.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>
    /// Element by element: <paramref name="left"/> at most <paramref name="right"/> ? <paramref name="then"/> :
    /// <paramref name="otherwise"/>.
    /// </summary>
    static abstract TSelf SelectLessOrEqual(TSelf left, TSelf right, TSelf then, TSelf otherwise);

    /// <summary>
    /// Element by element: <paramref name="left"/> greater than <paramref name="right"/> ? <paramref name="left"/> :
    /// <paramref name="right"/>; so the right one where either is no number.
    /// </summary>
    static abstract TSelf Larger(TSelf left, TSelf right);

    /// <summary>The sum of a group's floats, folded by halves.</summary>
    static abstract float FoldSum(TSelf value);

    /// <summary>Whether all floats of a group are 0, of either sign.</summary>
    static abstract bool IsZero(TSelf value);

    /// <summary>The largest of a group's floats; no NaN among them.</summary>
    static abstract float FoldMax(TSelf value);
}
