namespace TableRatios.BucketLayouts;

/// <summary>Buckets remember nothing: an id that is not in the first may be in the second.</summary>
internal readonly struct NoMark : IMark
{
    public static bool IsKept => false;

    public static string Name => "";
}
