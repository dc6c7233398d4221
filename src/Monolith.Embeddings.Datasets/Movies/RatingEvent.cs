using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Datasets;

/// <summary>A user rated an item at some time.</summary>
/// <param name="User">The user's id, at least 0.</param>
/// <param name="Item">The item's id, at least 0.</param>
/// <param name="Rating">The rating, in the unit of the data set: MovieLens 0.5 to 5, MovieTweetings 0 to 10.</param>
/// <param name="UnixSeconds">When: seconds since the Unix epoch, at least 0.</param>
public readonly record struct RatingEvent(long User, long Item, float Rating, long UnixSeconds)
{
    /// <summary>When, as a time.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds(UnixSeconds);

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RatingEvent), PrintMembers);
}
