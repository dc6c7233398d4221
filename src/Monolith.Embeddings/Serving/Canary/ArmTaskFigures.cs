using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Serving;

/// <summary>What an arm predicted of a task, and what came of it. Immutable; thread-safe.</summary>
public sealed record ArmTaskFigures
{
    /// <summary>The name of the task.</summary>
    public required string Task { get; init; }

    /// <summary>The mean of the probabilities that it predicted; NaN where it predicted none.</summary>
    public required double MeanScore { get; init; }

    /// <summary>How many labels were reported.</summary>
    public required long Labels { get; init; }

    /// <summary>The mean log-loss of what was predicted of those, in nats; NaN without labels.</summary>
    public required double LogLoss { get; init; }

    /// <summary>Their predictions over their labels: 1 is right on average; infinite without a positive one, NaN without labels.</summary>
    public required double Calibration { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ArmTaskFigures), PrintMembers);
}
