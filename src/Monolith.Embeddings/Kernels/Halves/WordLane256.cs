using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>8 words in one 256-bit register.</summary>
internal readonly struct WordLane256(Vector256<uint> value) : IWordLane<WordLane256>
{
    private readonly Vector256<uint> _value = value;

    public static int Width => Vector256<uint>.Count;

    public static WordLane256 Ascending => new(Vector256<uint>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 Broadcast(uint value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 LoadFloats(ref readonly float source) => Floats(Vector256.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloats(WordLane256 value, ref float destination) => value.AsFloats.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 LoadHalves(ref readonly ushort source) =>
        new(Vector256.WidenLower(Vector128.LoadUnsafe(in source).ToVector256Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(WordLane256 value, ref ushort destination) =>
        Vector256.Narrow(value._value, value._value).GetLower().StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 operator &(WordLane256 left, WordLane256 right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 operator |(WordLane256 left, WordLane256 right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 operator ^(WordLane256 left, WordLane256 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 operator +(WordLane256 left, WordLane256 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 operator -(WordLane256 left, WordLane256 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 operator *(WordLane256 left, WordLane256 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 operator <<(WordLane256 value, int count) => new(value._value << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 operator >>>(WordLane256 value, int count) => new(value._value >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 Max(WordLane256 left, WordLane256 right) => new(Vector256.Max(left.AsIntegers, right.AsIntegers).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 SelectLess(WordLane256 left, WordLane256 right, WordLane256 then, WordLane256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(left.AsIntegers, right.AsIntegers).AsUInt32(), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAtLeast(WordLane256 left, WordLane256 right) =>
        Vector256.GreaterThanOrEqualAny(left.AsIntegers, right.AsIntegers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 AddFloats(WordLane256 left, WordLane256 right) => Floats(left.AsFloats + right.AsFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 SubtractFloats(WordLane256 left, WordLane256 right) => Floats(left.AsFloats - right.AsFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 MultiplyFloats(WordLane256 left, WordLane256 right) => Floats(left.AsFloats * right.AsFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 ToFloats(WordLane256 integers) => Floats(Vector256.ConvertToSingle(integers.AsIntegers));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane256 ToIntegers(WordLane256 floats) => new(Vector256.ConvertToInt32Native(floats.AsFloats).AsUInt32());

    private Vector256<int> AsIntegers => _value.AsInt32();

    private Vector256<float> AsFloats => _value.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WordLane256 Floats(Vector256<float> value) => new(value.AsUInt32());
}
