using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>One word.</summary>
internal readonly struct ScalarWordLane(uint value) : IWordLane<ScalarWordLane>
{
    private readonly uint _value = value;

    public static int Width => 1;

    public static ScalarWordLane Ascending => default;

    private float AsFloat => BitConverter.UInt32BitsToSingle(_value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane Broadcast(uint value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane LoadFloats(ref readonly float source) => Float(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloats(ScalarWordLane value, ref float destination) => destination = value.AsFloat;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane LoadHalves(ref readonly ushort source) => new(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(ScalarWordLane value, ref ushort destination) => destination = (ushort)value._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane operator &(ScalarWordLane left, ScalarWordLane right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane operator |(ScalarWordLane left, ScalarWordLane right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane operator ^(ScalarWordLane left, ScalarWordLane right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane operator +(ScalarWordLane left, ScalarWordLane right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane operator -(ScalarWordLane left, ScalarWordLane right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane operator *(ScalarWordLane left, ScalarWordLane right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane operator <<(ScalarWordLane value, int count) => new(value._value << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane operator >>>(ScalarWordLane value, int count) => new(value._value >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane Max(ScalarWordLane left, ScalarWordLane right) => (int)left._value < (int)right._value ? right : left;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane SelectLess(ScalarWordLane left, ScalarWordLane right, ScalarWordLane then, ScalarWordLane otherwise) =>
        (int)left._value < (int)right._value ? then : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAtLeast(ScalarWordLane left, ScalarWordLane right) => (int)left._value >= (int)right._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane AddFloats(ScalarWordLane left, ScalarWordLane right) => Float(left.AsFloat + right.AsFloat);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane SubtractFloats(ScalarWordLane left, ScalarWordLane right) => Float(left.AsFloat - right.AsFloat);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane MultiplyFloats(ScalarWordLane left, ScalarWordLane right) => Float(left.AsFloat * right.AsFloat);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane ToFloats(ScalarWordLane integers) => Float((int)integers._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarWordLane ToIntegers(ScalarWordLane floats) => new((uint)(int)floats.AsFloat);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ScalarWordLane Float(float value) => new(BitConverter.SingleToUInt32Bits(value));
}
