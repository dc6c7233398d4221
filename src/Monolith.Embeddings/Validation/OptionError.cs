namespace Monolith.Embeddings.Validation;

/// <summary>What is wrong with one value among options. Immutable.</summary>
public readonly record struct OptionError
{
    /// <summary>The way to the value from the options that were validated, such as <c>Tables[0].Expiry.Duration</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What is wrong with it and what would be right, with the numbers.</summary>
    public required string Problem { get; init; }

    /// <summary>The path, a colon and the problem.</summary>
    public override string ToString() => $"{Path}: {Problem}";
}
