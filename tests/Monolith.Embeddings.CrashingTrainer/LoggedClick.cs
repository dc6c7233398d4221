namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>A line of the log.</summary>
public readonly record struct LoggedClick
{
    /// <summary>The user.</summary>
    public required long User { get; init; }

    /// <summary>The item.</summary>
    public required long Item { get; init; }

    /// <summary>The label.</summary>
    public required bool Clicked { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }
}
