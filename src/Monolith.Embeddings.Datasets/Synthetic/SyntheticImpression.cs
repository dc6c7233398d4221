using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Datasets;

/// <summary>One impression of a <see cref="SyntheticFeedbackStream"/>: generated, not observed.</summary>
public readonly record struct SyntheticImpression
{
    /// <summary>Its number from 0, by which actions name it: the key of a join.</summary>
    public required long RequestId { get; init; }

    /// <summary>The user, 0 to <see cref="SyntheticFeedbackStreamOptions.Users"/> - 1.</summary>
    public required long User { get; init; }

    /// <summary>The item, 0 to <see cref="SyntheticFeedbackStreamOptions.Items"/> - 1.</summary>
    public required long Item { get; init; }

    /// <summary>When, in whole milliseconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The true probability that its action ever comes, 0 to 1. Not a feature.</summary>
    public required double Probability { get; init; }

    /// <summary>The true mean of the delay, given that the action comes. Not a feature.</summary>
    public required TimeSpan MeanDelay { get; init; }

    /// <summary>When its action comes, in whole milliseconds; null where it never does. Not a feature.</summary>
    public required DateTimeOffset? ActionTime { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SyntheticImpression), PrintMembers);
}
