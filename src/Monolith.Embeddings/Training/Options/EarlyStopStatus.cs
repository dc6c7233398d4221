using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>The results of the evaluations of <see cref="EarlyStopOptions"/> so far.</summary>
public sealed record EarlyStopStatus
{
    /// <summary>How many there were.</summary>
    public required int Evaluations { get; init; }

    /// <summary>The best one; null before the first that has a value.</summary>
    public required ValidationScore? Best { get; init; }

    /// <summary>The last one; null before the first.</summary>
    public required ValidationScore? Last { get; init; }

    /// <summary>How many in a row, up to the last one, were no improvement.</summary>
    public required int WithoutImprovement { get; init; }

    /// <summary>Whether the epochs have ended: there are no further evaluations.</summary>
    public required bool IsOver { get; init; }

    /// <summary>Whether they ended because <see cref="EarlyStopOptions.Patience"/> was at its end.</summary>
    public required bool IsStopped { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(EarlyStopStatus), PrintMembers);
}
