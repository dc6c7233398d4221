using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace OnlineTraining.Data;

/// <summary>
/// Ratings of films, in the order of their time; the label is whether the rating reaches a bound. Held in memory, as such files are sorted
/// by user and must be sorted again.
/// </summary>
public sealed class RatingsDataset : Dataset
{
    private readonly RatingEvent[] _ratings;
    private readonly Dictionary<long, MovieFeatures> _movies;
    private readonly string _name;
    private readonly float _positiveFrom;

    /// <summary>Sorts ratings by time; ratings of one second keep the order of the file.</summary>
    /// <param name="name">What they are called.</param>
    /// <param name="ratings">The ratings, in any order.</param>
    /// <param name="movies">What is known of the films.</param>
    /// <param name="positiveFrom">The lowest rating that counts as liked.</param>
    /// <param name="events">How many to keep, the first in time; null for all.</param>
    public RatingsDataset(
        string name, IEnumerable<RatingEvent> ratings, IEnumerable<Movie> movies, float positiveFrom, long? events = null)
    {
        (_name, _positiveFrom) = (name, positiveFrom);
        _ratings = [.. ratings.OrderBy(rating => rating.Time)];
        if (events < _ratings.Length) _ratings = _ratings[..(int)events];
        _movies = [];
        foreach (var movie in movies) _movies[movie.Id] = MovieFeatures.Of(movie);
    }

    private RatingsDataset(RatingsDataset other, int slots)
    {
        (_name, _positiveFrom, _ratings, _movies) = (other._name, other._positiveFrom, other._ratings, other._movies);
        Slots = [.. other.Slots.Take(slots)];
    }

    /// <inheritdoc />
    public override string Description =>
        $"{_name}, {_ratings.Length:N0} ratings, label: {_positiveFrom} or more, {_movies.Count:N0} films described";

    /// <inheritdoc />
    public override long? Count => _ratings.Length;

    /// <inheritdoc />
    public override IReadOnlyList<SlotSpec> Slots { get; } =
        [new("user"), new("movie"), new("genres", Pooling.Mean), new("year"), new("hour")];

    /// <inheritdoc />
    public override int ItemSlot => 1;

    /// <summary>The same ratings with user and film as the only slots.</summary>
    public RatingsDataset UserAndMovieOnly() => new(this, 2);

    /// <summary>The ratings in the order of their time.</summary>
    public IReadOnlyList<RatingEvent> Ratings => _ratings;

    /// <summary>Whether a rating counts as liked.</summary>
    public bool IsPositive(in RatingEvent rating) => rating.Rating >= _positiveFrom;

    /// <summary>What is known of a film.</summary>
    public MovieFeatures FeaturesOf(long movie) => _movies.GetValueOrDefault(movie, MovieFeatures.Unknown);

    /// <summary>Writes a rating into the slots of this dataset, the first of a schema.</summary>
    /// <param name="rating">The rating.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="ids">How values become ids.</param>
    /// <param name="writer">Receives it.</param>
    public void Write(in RatingEvent rating, FeatureSchema schema, IdSpace ids, ExampleWriter writer)
    {
        var slots = schema.Slots;
        writer.Id(slots[0], ids.Id(0, rating.User)).Id(slots[1], ids.Id(1, rating.Item))
            .Label(schema.Tasks[0], IsPositive(rating)).At(rating.Time);
        if (Slots.Count == 2) return;
        var movie = FeaturesOf(rating.Item);
        foreach (var genre in movie.Genres) writer.Id(slots[2], ids.Id(2, genre));
        writer.Id(slots[3], ids.Id(3, movie.Year)).Id(slots[4], ids.Id(4, rating.Time.Hour));
    }

    /// <inheritdoc />
    public override ExampleSource Open(FeatureSchema schema, IdSpace ids, int batchSize)
    {
        var encoder = new ExampleEncoder<RatingEvent>(
            schema, (in RatingEvent rating, ExampleWriter writer) => Write(rating, schema, ids, writer));
        return ExampleSource.From(() => (IEnumerable<RatingEvent>)_ratings, encoder, batchSize);
    }
}
