using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using OnlineTraining.Data;

namespace TorchRecommender.Data;

/// <summary>Ratings of films, with the films that the user liked before.</summary>
public sealed class RatedFilms : ServedDataset
{
    private const int Movie = 1;

    private readonly RatingsDataset _ratings;
    private readonly (RatingEvent Rating, ArraySegment<long> Liked)[] _events;

    /// <summary>Looks up what each user liked before each rating.</summary>
    /// <param name="ratings">The ratings.</param>
    /// <param name="history">How many of the newest; 0 to leave the slot out.</param>
    public RatedFilms(RatingsDataset ratings, int history)
    {
        _ratings = ratings;
        var liked = Histories.Of([.. ratings.Ratings.Select(r => (r.User, r.Item, ratings.IsPositive(r)))], history);
        _events = [.. ratings.Ratings.Zip(liked)];
        Slots = history == 0 ? ratings.Slots : [.. ratings.Slots, new SlotSpec(HistorySlot, Pooling.Mean, history)];
    }

    private RatedFilms(RatedFilms other)
    {
        (_ratings, _events) = (other._ratings, other._events);
        Slots = [.. other.Slots.Select(slot => slot.Name == HistorySlot ? slot with { Pooling = Pooling.None } : slot)];
    }

    /// <inheritdoc />
    public override string Description => _ratings.Description;

    /// <inheritdoc />
    public override long? Count => _events.Length;

    /// <inheritdoc />
    public override IReadOnlyList<SlotSpec> Slots { get; }

    /// <inheritdoc />
    public override int ItemSlot => Movie;

    /// <inheritdoc />
    public override bool DrawsNegatives => false;

    /// <inheritdoc />
    public override string Asked =>
        $"user {Newest.Rating.User}, who liked {string.Join(", ", Newest.Liked.TakeLast(3).Select(NameOf).DefaultIfEmpty("nothing yet"))}";

    private bool HasHistory => Slots.Count > _ratings.Slots.Count;

    private (RatingEvent Rating, ArraySegment<long> Liked) Newest => _events[^1];

    /// <inheritdoc />
    public override ServedDataset AsSequence() => new RatedFilms(this);

    /// <inheritdoc />
    public override ExampleSource Open(FeatureSchema schema, IdSpace ids, int batchSize)
    {
        var encoder = new ExampleEncoder<(RatingEvent Rating, ArraySegment<long> Liked)>(
            schema, (in (RatingEvent Rating, ArraySegment<long> Liked) seen, ExampleWriter writer) =>
            {
                _ratings.Write(seen.Rating, schema, ids, writer);
                if (!HasHistory) return;
                // The films of the history share rows with the film that is rated.
                foreach (var film in seen.Liked) writer.Id(schema.Slots[^1], ids.Id(Movie, film));
            });
        return ExampleSource.From(() => (IEnumerable<(RatingEvent Rating, ArraySegment<long> Liked)>)_events, encoder, batchSize);
    }

    /// <inheritdoc />
    public override IReadOnlyList<long> Candidates(int count) =>
        [.. _ratings.Ratings.CountBy(rating => rating.Item).OrderByDescending(pair => pair.Value).Take(count).Select(pair => pair.Key)];

    /// <inheritdoc />
    public override string NameOf(long item) =>
        _ratings.FeaturesOf(item) is { Title.Length: > 0 } film ? $"{film.Title} ({film.Year})" : $"film {item}";

    /// <inheritdoc />
    public override void WriteShared(FeatureSchema schema, IdSpace ids, FeatureWriter writer)
    {
        writer.Id(schema.Slots[0], ids.Id(0, Newest.Rating.User)).Id(schema.Slots[4], ids.Id(4, Newest.Rating.Time.Hour));
        if (!HasHistory) return;
        foreach (var film in Newest.Liked) writer.Id(schema.Slots[^1], ids.Id(Movie, film));
    }

    /// <inheritdoc />
    public override void WriteCandidate(FeatureSchema schema, IdSpace ids, long item, FeatureWriter writer)
    {
        var film = _ratings.FeaturesOf(item);
        writer.Id(schema.Slots[Movie], ids.Id(Movie, item)).Id(schema.Slots[3], ids.Id(3, film.Year));
        foreach (var genre in film.Genres) writer.Id(schema.Slots[2], ids.Id(2, genre));
    }
}
