using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Monolith.Embeddings.Kernels.Lanes;

/// <summary>4 floats in one 128-bit register.</summary>
internal readonly struct Lane128(Vector128<float> value) : ILane<Lane128>
{
    private readonly Vector128<float> _value = value;

    public static int Width => Vector128<float>.Count;

    public Vector128<float> Vector => _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Load(ref readonly float source) => new(Vector128.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 LoadFirst(ref readonly float source, int count)
    {
        if (count >= Width) return Load(in source);
        if (count <= 0) return new Lane128(Vector128<float>.Zero);
        var value = Vector128.CreateScalar(source);
        if (count > 1) value = value.WithElement(1, Unsafe.Add(ref Unsafe.AsRef(in source), 1));
        if (count > 2) value = value.WithElement(2, Unsafe.Add(ref Unsafe.AsRef(in source), 2));
        return new Lane128(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane128 value, ref float destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 operator +(Lane128 left, Lane128 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 operator -(Lane128 left, Lane128 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 operator *(Lane128 left, Lane128 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 operator /(Lane128 left, Lane128 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Sqrt(Lane128 value) => new(Vector128.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Abs(Lane128 value) => new(Vector128.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 CopySign(Lane128 magnitude, Lane128 sign) => new(Vector128.CopySign(magnitude._value, sign._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 FusedMultiplyAdd(Lane128 a, Lane128 b, Lane128 c) =>
        new(Vector128.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 SelectLessOrEqual(Lane128 left, Lane128 right, Lane128 then, Lane128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThanOrEqual(left._value, right._value), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Larger(Lane128 left, Lane128 right) => new(Sse.IsSupported
        ? Sse.Max(left._value, right._value)
        : Vector128.ConditionalSelect(Vector128.GreaterThan(left._value, right._value), left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FoldSum(Lane128 value)
    {
        var halves = value._value + Vector128.Shuffle(value._value, Vector128.Create(2, 3, 0, 1));
        return halves.ToScalar() + halves.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Lane128 value) => Vector128.EqualsAll(value._value, Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FoldMax(Lane128 value)
    {
        var halves = Larger(value, new Lane128(Vector128.Shuffle(value._value, Vector128.Create(2, 3, 0, 1))))._value;
        return Larger(new Lane128(halves), new Lane128(Vector128.CreateScalarUnsafe(halves.GetElement(1))))._value.ToScalar();
    }
}
