namespace PositiveOnly;

/// <summary>What a model, its sampler and its optimizers are set to. The defaults are those of docs/guide/positive-only.md.</summary>
internal sealed record Settings
{
    /// <summary>Whether the user has a vector.</summary>
    public bool HasUser { get; init; } = true;

    /// <summary>How many of the user's newest items are the context.</summary>
    public int Recent { get; init; } = 5;

    /// <summary>Whether recent items have vectors of their own, and not those of the items.</summary>
    public bool HasRecentTable { get; init; } = true;

    /// <summary>Whether choices of one moment do not know each other.</summary>
    public bool IsFrozen { get; init; } = true;

    public int Dimension { get; init; } = 16;

    /// <summary>Adagrad's rate for vectors, for the biases of items, and for the global bias and dense layers.</summary>
    public float Rate { get; init; } = 0.2f;

    public float BiasRate { get; init; } = 0.5f;

    public float DenseRate { get; init; } = 0.5f;

    /// <summary>Over how many examples the global bias follows the labels.</summary>
    public int StartExamples { get; init; }

    /// <summary>After how many days without a choice an item is no longer drawn; null for never.</summary>
    public double? ItemDays { get; init; }

    public int Negatives { get; init; } = 5;

    public double Power { get; init; } = 0.5;

    /// <summary>How many of a user's newest items are not drawn.</summary>
    public int Window { get; init; } = 20;

    public int BatchSize { get; init; } = 4;

    /// <summary>Of how many choices one is ranked.</summary>
    public int EveryNth { get; init; } = 1;

    public ulong Seed { get; init; } = 1;
}
