using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>Examples whose predictions are near each other, and what became of them: a point of a reliability diagram.</summary>
public readonly record struct CalibrationBucket
{
    /// <summary>The lowest prediction in it.</summary>
    public required double From { get; init; }

    /// <summary>The highest prediction in it.</summary>
    public required double To { get; init; }

    /// <summary>The sum of the examples' weights.</summary>
    public required double Weight { get; init; }

    /// <summary>The weighted mean of the predictions, accurate to 0.00013.</summary>
    public required double MeanPrediction { get; init; }

    /// <summary>The weighted mean of the labels: what a calibrated model predicts.</summary>
    public required double MeanLabel { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(CalibrationBucket), PrintMembers);
}
