using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>
/// How predictions for the same examples differ before and after a <see cref="SchemaMigration"/>. Immutable; thread-safe.
/// </summary>
public sealed record MigrationProbe
{
    /// <summary>How many examples were predicted by both.</summary>
    public required long Examples { get; init; }

    /// <summary>How many predictions there were: one for each example and task that both schemas have.</summary>
    public required long Predictions { get; init; }

    /// <summary>How many of them are the same to the bit.</summary>
    public required long Unchanged { get; init; }

    /// <summary>
    /// The largest difference of two predicted probabilities, 0 to 1; NaN where one of two was NaN, and the other was not.
    /// </summary>
    public required double LargestChange { get; init; }

    /// <summary>The task of the largest difference; null where there was none.</summary>
    public string? LargestChangeTask { get; init; }

    /// <summary>The mean of the differences, 0 to 1.</summary>
    public required double MeanChange { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(MigrationProbe), PrintMembers);
}
