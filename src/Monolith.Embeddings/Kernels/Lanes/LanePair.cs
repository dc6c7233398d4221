using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Lanes;

/// <summary>
/// Two lanes as one: a row of two or four lanes stays in registers until it was looked at. Every operation is that of its halves.
/// </summary>
internal readonly struct LanePair<TLane>(TLane low, TLane high) : ILane<LanePair<TLane>>
    where TLane : unmanaged, ILane<TLane>
{
    private readonly TLane _low = low, _high = high;

    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TLane.Width;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> Broadcast(float value) => new(TLane.Broadcast(value), TLane.Broadcast(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> Load(ref readonly float source) => new(TLane.Load(in source), TLane.Load(in High(in source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> LoadFirst(ref readonly float source, int count) => new(
        TLane.LoadFirst(in source, count),
        count > TLane.Width ? TLane.LoadFirst(in High(in source), count - TLane.Width) : TLane.Broadcast(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(LanePair<TLane> value, ref float destination)
    {
        TLane.Store(value._low, ref destination);
        TLane.Store(value._high, ref Unsafe.Add(ref destination, TLane.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> operator +(LanePair<TLane> left, LanePair<TLane> right) =>
        new(left._low + right._low, left._high + right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> operator -(LanePair<TLane> left, LanePair<TLane> right) =>
        new(left._low - right._low, left._high - right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> operator *(LanePair<TLane> left, LanePair<TLane> right) =>
        new(left._low * right._low, left._high * right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> operator /(LanePair<TLane> left, LanePair<TLane> right) =>
        new(left._low / right._low, left._high / right._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> Sqrt(LanePair<TLane> value) => new(TLane.Sqrt(value._low), TLane.Sqrt(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> Abs(LanePair<TLane> value) => new(TLane.Abs(value._low), TLane.Abs(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> CopySign(LanePair<TLane> magnitude, LanePair<TLane> sign) =>
        new(TLane.CopySign(magnitude._low, sign._low), TLane.CopySign(magnitude._high, sign._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> FusedMultiplyAdd(LanePair<TLane> a, LanePair<TLane> b, LanePair<TLane> c) =>
        new(TLane.FusedMultiplyAdd(a._low, b._low, c._low), TLane.FusedMultiplyAdd(a._high, b._high, c._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> SelectLessOrEqual(
        LanePair<TLane> left, LanePair<TLane> right, LanePair<TLane> then, LanePair<TLane> otherwise) => new(
            TLane.SelectLessOrEqual(left._low, right._low, then._low, otherwise._low),
            TLane.SelectLessOrEqual(left._high, right._high, then._high, otherwise._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLane> Larger(LanePair<TLane> left, LanePair<TLane> right) =>
        new(TLane.Larger(left._low, right._low), TLane.Larger(left._high, right._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FoldSum(LanePair<TLane> value) => TLane.FoldSum(value._low + value._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(LanePair<TLane> value) => TLane.IsZero(TLane.Abs(value._low) + TLane.Abs(value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FoldMax(LanePair<TLane> value) => TLane.FoldMax(TLane.Larger(value._low, value._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref readonly float High(ref readonly float source) => ref Unsafe.Add(ref Unsafe.AsRef(in source), TLane.Width);
}
