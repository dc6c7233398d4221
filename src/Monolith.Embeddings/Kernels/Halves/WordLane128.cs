using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>4 words in one 128-bit register.</summary>
internal readonly struct WordLane128(Vector128<uint> value) : IWordLane<WordLane128>
{
    private readonly Vector128<uint> _value = value;

    public static int Width => Vector128<uint>.Count;

    public static WordLane128 Ascending => new(Vector128<uint>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 Broadcast(uint value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 LoadFloats(ref readonly float source) => Floats(Vector128.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloats(WordLane128 value, ref float destination) => value.AsFloats.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 LoadHalves(ref readonly ushort source) =>
        new(Vector128.WidenLower(
            Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(in Unsafe.As<ushort, byte>(ref Unsafe.AsRef(in source)))).AsUInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(WordLane128 value, ref ushort destination) =>
        Unsafe.WriteUnaligned(
            ref Unsafe.As<ushort, byte>(ref destination), Vector128.Narrow(value._value, value._value).AsUInt64().ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 operator &(WordLane128 left, WordLane128 right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 operator |(WordLane128 left, WordLane128 right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 operator ^(WordLane128 left, WordLane128 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 operator +(WordLane128 left, WordLane128 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 operator -(WordLane128 left, WordLane128 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 operator *(WordLane128 left, WordLane128 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 operator <<(WordLane128 value, int count) => new(value._value << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 operator >>>(WordLane128 value, int count) => new(value._value >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 Max(WordLane128 left, WordLane128 right) => new(Vector128.Max(left.AsIntegers, right.AsIntegers).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 SelectLess(WordLane128 left, WordLane128 right, WordLane128 then, WordLane128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(left.AsIntegers, right.AsIntegers).AsUInt32(), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAtLeast(WordLane128 left, WordLane128 right) =>
        Vector128.GreaterThanOrEqualAny(left.AsIntegers, right.AsIntegers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 AddFloats(WordLane128 left, WordLane128 right) => Floats(left.AsFloats + right.AsFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 SubtractFloats(WordLane128 left, WordLane128 right) => Floats(left.AsFloats - right.AsFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 MultiplyFloats(WordLane128 left, WordLane128 right) => Floats(left.AsFloats * right.AsFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 ToFloats(WordLane128 integers) => Floats(Vector128.ConvertToSingle(integers.AsIntegers));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane128 ToIntegers(WordLane128 floats) => new(Vector128.ConvertToInt32Native(floats.AsFloats).AsUInt32());

    private Vector128<int> AsIntegers => _value.AsInt32();

    private Vector128<float> AsFloats => _value.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WordLane128 Floats(Vector128<float> value) => new(value.AsUInt32());
}
