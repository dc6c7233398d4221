namespace SequenceQuality;

/// <summary>How SASRec is built and learns.</summary>
internal sealed record SequenceSettings
{
    /// <summary>How many of a user's newest items are seen.</summary>
    public required int Length { get; init; }

    public required int Width { get; init; }

    public int Blocks { get; init; } = 2;

    public int Heads { get; init; } = 1;

    public required double Dropout { get; init; }

    public double Temperature { get; init; } = 0.05;

    /// <summary>How many items are drawn as negatives for each row.</summary>
    public required int Negatives { get; init; }

    /// <summary>Whether the negatives of all rows are those of each.</summary>
    public bool SharesNegatives { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>How many batches are drawn together and divided by the length of their sequences; 1 for none.</summary>
    public int SortedBatches { get; init; } = 1;

    /// <summary>The learning rate of Adam, of rows and dense weights.</summary>
    public float Rate { get; init; } = 1e-3f;

    public int Seed { get; init; }
}
