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

    /// <summary>When: seconds since the Unix epoch, at least 0.</summary>
    public required long UnixSeconds { get; init; }

    /// <summary>When, as a time.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(UnixSeconds);

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RatingEvent), PrintMembers);
}
