namespace TableRatios.BucketLayouts;

/// <summary>
/// An index from id to row number: buckets of one cache line, two for each id. A layout is a struct over memory of zeros, so that the loops
/// around it are compiled for each.
/// </summary>
internal unsafe interface IBucketLayout<TSelf>
    where TSelf : unmanaged, IBucketLayout<TSelf>
{
    /// <summary>What no row number is.</summary>
    const int NotFound = -1;

    static abstract string Name { get; }

    /// <summary>How many entries a bucket has.</summary>
    static abstract int Slots { get; }

    static abstract TSelf Over(byte* buckets, uint count);

    /// <summary>The bucket where an id is looked for first.</summary>
    uint First(ulong hash);

    /// <summary>Its other bucket.</summary>
    uint Second(ulong hash);

    /// <summary>
    /// The row of an id, perhaps of another one that looks the same; if it says <see cref="NotFound"/>, the id is not there.
    /// </summary>
    int Guess(long id, ulong hash);

    /// <summary>The row of an id, for certain.</summary>
    int Find(long id, ulong hash, int guess, LayoutRows rows);

    /// <summary>A slot of a bucket without an entry, or -1.</summary>
    int EmptySlot(uint bucket);

    /// <summary>The other bucket of an entry.</summary>
    uint Other(uint bucket, int slot);

    /// <summary>Writes an entry into an empty slot of one of its buckets.</summary>
    void Set(uint bucket, int slot, long id, ulong hash, int row);

    /// <summary>Copies an entry from one of its buckets to the other; the old place is written next.</summary>
    void Move(uint from, int slot, uint to, int hole);
}
