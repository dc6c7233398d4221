using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;

namespace OnlineTraining.Data;

/// <summary>What is known of a film besides its id.</summary>
/// <param name="Year">The year of its release; 0 where that is not known.</param>
/// <param name="Genres">The ids of its genres' names, folded to 48 bits.</param>
/// <param name="Title">Its title; empty where that is not known.</param>
public sealed record MovieFeatures(int Year, long[] Genres, string Title)
{
    /// <summary>A film of which nothing is known.</summary>
    public static MovieFeatures Unknown { get; } = new(0, [], "");

    /// <summary>The features of a film.</summary>
    public static MovieFeatures Of(Movie movie) =>
        new(movie.Year, [.. movie.Genres.Select(genre => FeatureId.OfText(genre) & FeatureId.MaxValue)], movie.Title);
}
