using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using OnlineTraining.Data;

namespace Experiments.Data;

/// <summary>Ratings of films by time; those of one second keep the order of the file. Positive is a rating that reaches a bound.</summary>
internal sealed class RatingsLog : EventLog
{
    private readonly RatingEvent[] _ratings;
    private readonly Dictionary<long, MovieFeatures> _movies = [];
    private readonly float _positiveFrom;

    /// <summary>Sorts ratings by time.</summary>
    /// <param name="name">What they are called.</param>
    /// <param name="ratings">The ratings, in any order.</param>
    /// <param name="movies">What is known of the films.</param>
    /// <param name="positiveFrom">The lowest rating that is positive.</param>
    /// <param name="events">How many to keep, the first in time; null for all.</param>
    public RatingsLog(string name, IEnumerable<RatingEvent> ratings, IEnumerable<Movie> movies, float positiveFrom, int? events = null)
    {
        (Name, _positiveFrom) = (name, positiveFrom);
        _ratings = [.. ratings.OrderBy(rating => rating.Time)];
        if (events < _ratings.Length) _ratings = _ratings[..events.Value];
        foreach (var movie in movies) _movies[movie.Id] = MovieFeatures.Of(movie);
    }

    /// <inheritdoc />
    public override string Name { get; }

    /// <inheritdoc />
    public override string Description => $"{Name}, {_ratings.Length:N0} ratings, positive: {_positiveFrom} or more";

    /// <inheritdoc />
    public override int Count => _ratings.Length;

    /// <inheritdoc />
    public override IReadOnlyList<SlotSpec> Slots { get; } =
        [new("user"), new("movie"), new("genres", Pooling.Mean), new("year"), new("hour")];

    /// <inheritdoc />
    public override DateTimeOffset TimeOf(int place) => _ratings[place].Time;

    /// <inheritdoc />
    public override bool LabelOf(int place) => _ratings[place].Rating >= _positiveFrom;

    /// <inheritdoc />
    public override void ValuesOf(int place, List<SlotValue> values)
    {
        ref readonly var rating = ref _ratings[place];
        var movie = _movies.GetValueOrDefault(rating.Item, MovieFeatures.Unknown);
        values.Add(new SlotValue(0, rating.User));
        values.Add(new SlotValue(1, rating.Item));
        foreach (var genre in movie.Genres) values.Add(new SlotValue(2, genre));
        values.Add(new SlotValue(3, movie.Year));
        values.Add(new SlotValue(4, rating.Time.Hour));
    }
}
