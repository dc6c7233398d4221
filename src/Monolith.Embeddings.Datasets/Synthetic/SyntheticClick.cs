using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Datasets;

/// <summary>One impression of a <see cref="SyntheticClickStream"/>: generated, not observed.</summary>
public readonly record struct SyntheticClick
{
    /// <summary>The user, 0 to <see cref="SyntheticClickStreamOptions.Users"/> - 1.</summary>
    public required long User { get; init; }

    /// <summary>The item, at least 0; a new number for each item that is born.</summary>
    public required long Item { get; init; }

    /// <summary>The item's category, 0 to <see cref="SyntheticClickStreamOptions.Categories"/> - 1; it never changes.</summary>
    public required int Category { get; init; }

    /// <summary>The hour of the day in UTC, 0 to 23.</summary>
    public required int Hour { get; init; }

    /// <summary>Whether it was clicked: the label.</summary>
    public required bool Clicked { get; init; }

    /// <summary>
    /// The true probability that it is clicked, 0 to 1. Not a feature: it says how well any model could predict at best.
    /// </summary>
    public required double Probability { get; init; }

    /// <summary>When, in whole milliseconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SyntheticClick), PrintMembers);
}
