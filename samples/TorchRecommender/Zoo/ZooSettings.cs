namespace TorchRecommender.Zoo;

/// <summary>What a module of the zoo is made of.</summary>
public sealed record ZooSettings
{
    /// <summary>The widths of its hidden layers.</summary>
    public required IReadOnlyList<int> Hidden { get; init; }

    /// <summary>The slot of the item that is ranked.</summary>
    public required string Item { get; init; }

    /// <summary>The slot of the user's items before.</summary>
    public required string History { get; init; }

    /// <summary>The learning rate of the dense weights, under Adagrad.</summary>
    public required float DenseRate { get; init; }

    /// <summary>What the first weights are drawn from.</summary>
    public required long Seed { get; init; }

    /// <summary>Whether it computes on a CUDA device; else on the CPU.</summary>
    public bool OnCuda { get; init; }
}
