using System.Runtime.Intrinsics;

namespace OptimizerRatios.Flat;

/// <summary>The largest element of a vector.</summary>
internal static class Largest
{
    public static float Of(Vector512<float> vector) => Of(Vector256.MaxNative(vector.GetLower(), vector.GetUpper()));

    public static float Of(Vector256<float> vector)
    {
        var four = Vector128.MaxNative(vector.GetLower(), vector.GetUpper());
        var two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3)));
        return Vector128.MaxNative(two, Vector128.Shuffle(two, Vector128.Create(1, 1, 1, 1))).ToScalar();
    }
}
