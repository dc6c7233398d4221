using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>16 words in one 512-bit register.</summary>
internal readonly struct WordLane512(Vector512<uint> value) : IWordLane<WordLane512>
{
    private readonly Vector512<uint> _value = value;

    public static int Width => Vector512<uint>.Count;

    public static WordLane512 Ascending => new(Vector512<uint>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 Broadcast(uint value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 LoadFloats(ref readonly float source) => Floats(Vector512.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloats(WordLane512 value, ref float destination) => value.AsFloats.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 LoadHalves(ref readonly ushort source) =>
        new(Vector512.WidenLower(Vector256.LoadUnsafe(in source).ToVector512Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(WordLane512 value, ref ushort destination) =>
        (Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(value._value)
            : Vector512.Narrow(value._value, value._value).GetLower()).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 operator &(WordLane512 left, WordLane512 right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 operator |(WordLane512 left, WordLane512 right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 operator ^(WordLane512 left, WordLane512 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 operator +(WordLane512 left, WordLane512 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 operator -(WordLane512 left, WordLane512 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 operator *(WordLane512 left, WordLane512 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 operator <<(WordLane512 value, int count) => new(value._value << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 operator >>>(WordLane512 value, int count) => new(value._value >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 Max(WordLane512 left, WordLane512 right) => new(Vector512.Max(left.AsIntegers, right.AsIntegers).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 SelectLess(WordLane512 left, WordLane512 right, WordLane512 then, WordLane512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(left.AsIntegers, right.AsIntegers).AsUInt32(), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAtLeast(WordLane512 left, WordLane512 right) =>
        Vector512.GreaterThanOrEqualAny(left.AsIntegers, right.AsIntegers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 AddFloats(WordLane512 left, WordLane512 right) => Floats(left.AsFloats + right.AsFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 SubtractFloats(WordLane512 left, WordLane512 right) => Floats(left.AsFloats - right.AsFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 MultiplyFloats(WordLane512 left, WordLane512 right) => Floats(left.AsFloats * right.AsFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 ToFloats(WordLane512 integers) => Floats(Vector512.ConvertToSingle(integers.AsIntegers));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordLane512 ToIntegers(WordLane512 floats) => new(Vector512.ConvertToInt32Native(floats.AsFloats).AsUInt32());

    private Vector512<int> AsIntegers => _value.AsInt32();

    private Vector512<float> AsFloats => _value.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WordLane512 Floats(Vector512<float> value) => new(value.AsUInt32());
}
