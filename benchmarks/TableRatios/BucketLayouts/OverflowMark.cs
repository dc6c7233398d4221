namespace TableRatios.BucketLayouts;

/// <summary>
/// A bucket has 64 bits for tags that went to their other bucket: an id that is neither there nor marked is absent, and most absent ids
/// cost one line.
/// </summary>
internal readonly struct OverflowMark : IMark
{
    public static bool IsKept => true;

    public static string Name => "_marked";
}
