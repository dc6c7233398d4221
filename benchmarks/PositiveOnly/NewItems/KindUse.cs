namespace PositiveOnly.NewItems;

/// <summary>What a model does with the kind of an item.</summary>
internal enum KindUse
{
    /// <summary>It does not know it.</summary>
    None,

    /// <summary>A slot like others: new items begin at random.</summary>
    Slot,

    /// <summary>The same slot, and new items are born from it.</summary>
    Parent,
}
