using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Serving;

/// <summary>How an arm has answered. Immutable; thread-safe.</summary>
public sealed record ArmFigures
{
    private readonly ValueList<ArmTaskFigures> _tasks = ValueList<ArmTaskFigures>.Empty;

    /// <summary>Requests that were answered.</summary>
    public required long Requests { get; init; }

    /// <summary>Their candidates.</summary>
    public required long Candidates { get; init; }

    /// <summary>Predictions that threw.</summary>
    public required long Failures { get; init; }

    /// <summary>How long a prediction took, on average.</summary>
    public required TimeSpan MeanLatency { get; init; }

    /// <summary>How long the slowest took.</summary>
    public required TimeSpan SlowestLatency { get; init; }

    /// <summary>What was predicted and what came of it, by task.</summary>
    public required IReadOnlyList<ArmTaskFigures> Tasks
    {
        get => _tasks;
        init => _tasks = new ValueList<ArmTaskFigures>(value);
    }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ArmFigures), PrintMembers);
}
