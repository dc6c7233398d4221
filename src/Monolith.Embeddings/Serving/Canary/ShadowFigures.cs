using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Serving;

/// <summary>What a <see cref="ShadowPredictor"/> has done. Immutable; thread-safe.</summary>
public sealed record ShadowFigures
{
    /// <summary>Requests that were scored.</summary>
    public required long Requests { get; init; }

    /// <summary>Requests that were dropped, because too many waited.</summary>
    public required long Dropped { get; init; }

    /// <summary>Requests that could not be scored; <see cref="ShadowPredictor.LastFailure"/> says why.</summary>
    public required long Failures { get; init; }

    /// <summary>How many scores were compared: those that are a number on both sides.</summary>
    public required long Scores { get; init; }

    /// <summary>Their mean as they were answered; NaN without any.</summary>
    public required double MeanAnswered { get; init; }

    /// <summary>Their mean by the shadow.</summary>
    public required double MeanShadow { get; init; }

    /// <summary>The mean of the absolute differences.</summary>
    public required double MeanDifference { get; init; }

    /// <summary>The largest absolute difference.</summary>
    public required double LargestDifference { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ShadowFigures), PrintMembers);
}
