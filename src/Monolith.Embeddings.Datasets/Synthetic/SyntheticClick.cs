using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Datasets;

/// <summary>One impression of a <see cref="SyntheticClickStream"/>: made up, not observed.</summary>
/// <param name="User">The user, 0 to <see cref="SyntheticClickStreamOptions.Users"/> - 1.</param>
/// <param name="Item">The item, at least 0; a new number for each item that is born.</param>
/// <param name="Category">The item's category, 0 to <see cref="SyntheticClickStreamOptions.Categories"/> - 1; it never changes.</param>
/// <param name="Hour">The hour of the day in UTC, 0 to 23.</param>
/// <param name="Clicked">Whether it was clicked: the label.</param>
/// <param name="Probability">
/// The true probability that it is clicked, 0 to 1. Not a feature: it says how well any model could predict at best.
/// </param>
/// <param name="UnixMilliseconds">When: milliseconds since the Unix epoch.</param>
public readonly record struct SyntheticClick(
    long User, long Item, int Category, int Hour, bool Clicked, double Probability, long UnixMilliseconds)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SyntheticClick), PrintMembers);
}
