using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>
/// What a model learns that has one number for each user and item, and is trained to the end: the root of its gradient, found by bisection.
/// </summary>
public class NegativeOffsetTests : LeakChecked
{
    private const int Users = 3, Items = 15, PerUser = 30_000;

    private readonly SamplerFixture _f = new();

    [Test]
    public async Task With_all_items_once_the_ranking_is_that_of_the_softmax()
    {
        var shares = Shares(new Random(1), 1)[0];
        var options = Plain(0, Items - 1);
        var events = Enumerable.Range(0, Items).Select(item => SamplerFixture.Plain(item, user: 99))
            .Concat(Events(new Random(2), [shares], 20_000)).ToList();
        var rows = (await ReadAsync(options, events)).Where(row => row.User == 0).ToList();
        // Each row has the offset 0: one draw of each other item.
        Assert.That(rows.TrueForAll(row => row.Offset == 0 && rows.Count == 20_000 * Items), Is.True);
        var counts = Counts(events.Skip(Items))[0];
        var learned = Learn(rows);
        // The softmax that is trained to the end has ln of the share.
        Assert.That(Order(learned[0]), Is.EqualTo(Order([.. counts.Select(count => Math.Log(count / 20_000))])));
        for (var item = 0; item < Items; item++) Assert.That(learned[0][item], Is.EqualTo(LogOdds(counts[item] / 20_000)).Within(1e-6));
    }

    [Test]
    public async Task The_logits_are_the_logarithms_of_shares([Values(0, 0.5, 0.75, 1)] double power)
    {
        var shares = Shares(new Random(3), Users);
        var events = Events(new Random(4), shares, PerUser * Users);
        var counts = Counts(events);
        var learned = Learn(await ReadAsync(Plain(power, 5), events));
        for (var user = 0; user < Users; user++)
        {
            var total = counts[user].Sum();
            // An item is no negative of its own event: ln P and what that leaves out, -ln (1 - P).
            var expected = counts[user].Select(count => LogOdds(count / total)).ToArray();
            Assert.That(Spread(learned[user], expected), Is.LessThan(0.12), $"user {user}");
            int[] rare = [.. Enumerable.Range(0, Items).Where(item => counts[user][item] < 0.05 * total)];
            Assert.That(rare, Has.Length.GreaterThan(4));
            double[] of = [.. rare.Select(item => learned[user][item])];
            double[] share = [.. rare.Select(item => Math.Log(counts[user][item] / total))];
            Assert.That(Spread(of, share), Is.LessThan(0.15), $"user {user}, of rare items by ln P");
        }
    }

    [Test]
    public async Task Without_offsets_popularity_is_lost()
    {
        var shares = Shares(new Random(3), Users);
        var events = Events(new Random(4), shares, PerUser * Users);
        var rows = (await ReadAsync(Plain(1, 5), events)).ConvertAll(row => row with { Offset = 0 });
        var (learned, counts) = (Learn(rows), Counts(events));
        var expected = counts[0].Select(count => LogOdds(count / counts[0].Sum())).ToArray();
        Assert.That(Spread(learned[0], expected), Is.GreaterThan(1));
        Assert.That(Order(learned[0]), Is.Not.EqualTo(Order(expected)));
    }

    [Test]
    public async Task A_window_raises_what_it_rejects_by_the_share_of_events_that_reject_it()
    {
        var shares = Shares(new Random(5), 1);
        var events = Events(new Random(6), shares, 60_000);
        var options = Plain(0, 3);
        (options.User, options.Window) = (_f.User, 2);
        var rows = await ReadAsync(options, events);
        var (learned, counts) = (Learn(rows)[0], Counts(events)[0]);
        // Rejected at an event where it is one of the last three.
        double[] expected = [.. counts.Select(count => Math.Log(count / 60_000) - (3 * Math.Log(1 - (count / 60_000))))];
        Assert.That(Spread(learned, expected), Is.LessThan(0.12));
    }

    private NegativeSamplerOptions Plain(double power, int perPositive) =>
        new() { Task = _f.Click, Item = _f.Item, Power = power, PerPositive = perPositive, Seed = 7 };

    private async Task<List<LearnedRow>> ReadAsync(NegativeSamplerOptions options, List<SampledEvent> events)
    {
        var rows = new List<LearnedRow>();
        await foreach (var batch in _f.Source(events, 1000).WithNegatives(options).ReadAsync(default, CancellationToken.None))
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                rows.Add(new((int)batch.Ids(_f.User)[row], (int)batch.Ids(_f.Item)[row], batch.Labels(_f.Click)[row],
                    batch.LogitOffsets(_f.Click)[row]));
            }
            batch.Dispose();
        }
        return rows;
    }

    // Popularity that all users share, and what each likes.
    private static double[][] Shares(Random random, int users)
    {
        var popular = Enumerable.Range(0, Items).Select(item => -0.25 * item).ToArray();
        return [.. Enumerable.Range(0, users).Select(_ =>
        {
            var weights = popular.Select(one => Math.Exp(one + (2 * random.NextDouble()))).ToArray();
            return weights.Select(weight => weight / weights.Sum()).ToArray();
        })];
    }

    private static List<SampledEvent> Events(Random random, double[][] shares, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var (user, at, item) = (i % shares.Length, random.NextDouble(), 0);
            while (item < Items - 1 && (at -= shares[user][item]) > 0) item++;
            return SamplerFixture.Plain(item, i, user);
        }),
    ];

    private static double[][] Counts(IEnumerable<SampledEvent> events)
    {
        var counts = Enumerable.Range(0, Users).Select(_ => new double[Items]).ToArray();
        foreach (var happened in events) counts[happened.User!.Value][happened.Items[0]]++;
        return counts;
    }

    private static double[][] Learn(List<LearnedRow> rows)
    {
        var learned = Enumerable.Range(0, Users).Select(_ => new double[Items]).ToArray();
        foreach (var cell in rows.GroupBy(row => (row.User, row.Item)))
        {
            var sums = cell.GroupBy(row => (row.Label, row.Offset))
                .Select(same => (same.Key.Label, same.Key.Offset, Count: same.Count())).ToList();
            var (low, high) = (-30.0, 30.0);
            for (var step = 0; step < 60; step++)
            {
                var middle = (low + high) / 2;
                var gradient = sums.Sum(one => one.Count * ((1 / (1 + Math.Exp(-middle - one.Offset))) - one.Label));
                (low, high) = gradient < 0 ? (middle, high) : (low, middle);
            }
            learned[cell.Key.User][cell.Key.Item] = low;
        }
        return learned;
    }

    private static double LogOdds(double share) => Math.Log(share / (1 - share));

    // How far two lists differ beside a constant.
    private static double Spread(double[] left, double[] right)
    {
        var differences = left.Zip(right, (one, other) => one - other).ToArray();
        return differences.Max(difference => Math.Abs(difference - differences.Average()));
    }

    private static int[] Order(double[] values) => [.. Enumerable.Range(0, values.Length).OrderBy(item => values[item])];

    private readonly record struct LearnedRow(int User, int Item, float Label, float Offset);
}
