using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Datasets;

/// <summary>A user rated an item at some time.</summary>
public readonly record struct RatingEvent
{
    /// <summary>The user's id, at least 0.</summary>
    public required long User { get; init; }

    /// <summary>The item's id, at least 0.</summary>
    public required long Item { get; init; }

    /// <summary>The rating, in the unit of the data set: MovieLens 0.5 to 5, MovieTweetings 0 to 10.</summary>
    public required float Rating { get; init; }

    /// <summary>When, in whole seconds, from 1970 to 9999.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RatingEvent), PrintMembers);
}
