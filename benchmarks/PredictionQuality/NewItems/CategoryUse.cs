namespace PredictionQuality.NewItems;

/// <summary>What a model does with the category of an item.</summary>
[Flags]
internal enum CategoryUse
{
    /// <summary>It does not know it.</summary>
    None = 0,

    /// <summary>The category is a slot of the schema.</summary>
    Slot = 1,

    /// <summary>The bias of a new item begins as its category's.</summary>
    BornBias = 2,

    /// <summary>The vector of a new item begins as its category's.</summary>
    BornVector = 4,

    /// <summary>The whole row of a new item begins as its category's.</summary>
    Born = BornBias | BornVector,
}
