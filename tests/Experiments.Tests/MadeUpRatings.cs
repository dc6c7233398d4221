using Experiments.Data;
using Monolith.Embeddings.Datasets;

namespace Experiments.Tests;

/// <summary>Ratings by a known rule: each user and each film has a taste of its own, and films come and go.</summary>
internal static class MadeUpRatings
{
    private const int Users = 1500, Films = 1200, SecondsBetween = 120;

    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static EventLog Log(int count, int seed = 1) => new RatingsLog("made up", Ratings(count, seed), [], positiveFrom: 8);

    public static IEnumerable<RatingEvent> Ratings(int count, int seed = 1)
    {
        var random = new Random(seed);
        double[] users = [.. Enumerable.Range(0, Users).Select(_ => Normal(random))];
        double[] films = [.. Enumerable.Range(0, Films).Select(_ => Normal(random))];
        for (var i = 0; i < count; i++)
        {
            // The window of films that are shown moves over all of them, so that a model of the past knows few.
            var film = (int)((double)i / count * (Films - 200)) + random.Next(200);
            var user = random.Next(Users);
            var isLiked = random.NextDouble() < 1 / (1 + Math.Exp(-1.5 * (users[user] + films[film])));
            yield return new RatingEvent
            {
                User = user,
                Item = film,
                Rating = isLiked ? 9 : 4,
                Time = Start.AddSeconds((long)i * SecondsBetween),
            };
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
