namespace TrainingThroughput;

/// <summary>The shape of the work, that of the Criteo click logs: 26 slots of one id and 13 dense features, a common DeepFM.</summary>
internal static class CriteoShape
{
    public const int Slots = 26, Dense = 13, Dimension = 16, BatchSize = 512;
    public const int IdsABatch = Slots * BatchSize;

    /// <summary>The widths of the hidden layers.</summary>
    public static readonly int[] Hidden = [256, 128];

    /// <summary>What a row reads beside its vector: the bias.</summary>
    public const int RowWidth = Dimension + 1;
}
