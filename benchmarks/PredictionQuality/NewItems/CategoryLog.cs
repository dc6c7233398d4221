using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using OnlineTraining.Data;
using Samples.Common;

namespace PredictionQuality.NewItems;

/// <summary>Ratings of films in the order of time; a film's category is its first genre.</summary>
internal sealed class CategoryLog
{
    private readonly Dictionary<long, long> _categories;
    private readonly float _likedFrom;

    private CategoryLog(IEnumerable<RatingEvent> ratings, IEnumerable<Movie> movies, float likedFrom)
    {
        (Ratings, _likedFrom) = ([.. ratings.OrderBy(rating => rating.Time)], likedFrom);
        _categories = movies.ToDictionary(movie => movie.Id, movie => FeatureId.OfText(movie.Genres is [var first, ..] ? first : ""));
    }

    /// <summary>All ratings.</summary>
    public RatingEvent[] Ratings { get; }

    /// <summary>Reads a folder with files called ratings* and movies*.</summary>
    public static CategoryLog Read(string folder, DatasetFormat format) => format switch
    {
        DatasetFormat.MovieTweetings => new(MovieTweetingsReader.ReadRatings(FileOf(folder, "ratings*")),
            MovieTweetingsReader.ReadMovies(FileOf(folder, "movies*")), likedFrom: 8),
        DatasetFormat.MovieLensCsv => new(MovieLensCsvReader.ReadRatings(FileOf(folder, "ratings*")),
            MovieLensCsvReader.ReadMovies(FileOf(folder, "movies*")), likedFrom: 4),
        _ => throw new UsageException("New items are compared on MovieTweetings and MovieLensCsv."),
    };

    /// <summary>Writes ratings to a schema of a trial.</summary>
    public ExampleEncoder<RatingEvent> Encoder(FeatureSchema schema) => new(schema, (in RatingEvent rating, ExampleWriter writer) =>
    {
        foreach (var slot in schema.Slots)
        {
            writer.Id(slot, slot.Name switch
            {
                "user" => rating.User,
                "category" => _categories.GetValueOrDefault(rating.Item, FeatureId.OfText("")),
                _ => rating.Item,
            });
        }
        writer.Label(schema.Tasks[0], rating.Rating >= _likedFrom).At(rating.Time);
    });

    private static string FileOf(string folder, string pattern) => Directory.GetFiles(folder, pattern).Single();
}
