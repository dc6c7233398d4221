namespace Monolith.Embeddings.Kernels;

/// <summary>One float.</summary>
internal readonly struct ScalarLane(float value) : ILane<ScalarLane>
{
    private readonly float _value = value;

    public static int Width => 1;

    public static ScalarLane Broadcast(float value) => new(value);

    public static ScalarLane Load(ref readonly float source) => new(source);

    public static void Store(ScalarLane value, ref float destination) => destination = value._value;

    public static ScalarLane operator +(ScalarLane left, ScalarLane right) => new(left._value + right._value);

    public static ScalarLane operator -(ScalarLane left, ScalarLane right) => new(left._value - right._value);

    public static ScalarLane operator *(ScalarLane left, ScalarLane right) => new(left._value * right._value);

    public static ScalarLane operator /(ScalarLane left, ScalarLane right) => new(left._value / right._value);

    public static ScalarLane Sqrt(ScalarLane value) => new(MathF.Sqrt(value._value));

    public static ScalarLane Abs(ScalarLane value) => new(MathF.Abs(value._value));

    public static ScalarLane CopySign(ScalarLane magnitude, ScalarLane sign) => new(MathF.CopySign(magnitude._value, sign._value));

    public static ScalarLane FusedMultiplyAdd(ScalarLane a, ScalarLane b, ScalarLane c) =>
        new(MathF.FusedMultiplyAdd(a._value, b._value, c._value));

    public static ScalarLane SelectLessOrEqual(ScalarLane left, ScalarLane right, ScalarLane then, ScalarLane otherwise) =>
        left._value <= right._value ? then : otherwise;
}
