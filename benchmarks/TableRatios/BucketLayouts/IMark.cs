namespace TableRatios.BucketLayouts;

/// <summary>Whether buckets remember what once had no room in them.</summary>
internal interface IMark
{
    static abstract bool IsKept { get; }

    static abstract string Name { get; }
}
