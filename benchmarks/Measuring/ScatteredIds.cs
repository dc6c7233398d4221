namespace Measuring;

/// <summary>The ids of numbered rows.</summary>
public static class ScatteredIds
{
    /// <summary>The id of a number: scattered over all 64 bits, and no two alike.</summary>
    public static long Of(int number) => unchecked((long)((ulong)(uint)number * 0x9E3779B97F4A7C15 ^ 0x5DEECE66D));
}
