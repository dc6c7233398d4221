using Microsoft.Extensions.Options;


namespace Monolith.Embeddings.Datasets.Tests.Synthetic;

[TestFixture]
public sealed class SyntheticClickStreamTests
{
    [Test]
    public void The_bits_of_the_stream_are_fixed()
    {
        var hash = 0UL;
        foreach (var click in new SyntheticClickStream(new() { EventCount = 20_000, Seed = 7 }).Read())
        {
            foreach (var part in new[]
            {
                click.User, click.Item, click.Category, click.Hour, click.Clicked ? 1 : 0,
                BitConverter.DoubleToInt64Bits(click.Probability), click.Time.ToUnixTimeMilliseconds(),
            })
            {
                hash = (hash ^ (ulong)part) * 0x100000001B3;
            }
        }

        Assert.That(hash, Is.EqualTo(7592413386021362141));
    }

    [Test]
    public void Equal_options_make_equal_streams_and_another_seed_another()
    {
        var stream = Take(new() { Seed = 3 }, 1000);

        Assert.That(Take(new() { Seed = 3 }, 1000), Is.EqualTo(stream));
        Assert.That(Take(new() { Seed = 4 }, 1000).Zip(stream, (a, b) => a == b), Has.None.True);
    }

    [Test]
    public void The_first_impressions_do_not_depend_on_how_many_follow() =>
        Assert.That(new SyntheticClickStream(new() { EventCount = 500 }).Read(), Is.EqualTo(Take(new() { EventCount = 1_000_000 }, 500)));

    [Test]
    public void Any_impression_can_be_had_alone()
    {
        var stream = new SyntheticClickStream(new() { EventCount = 300 });

        Assert.That(Enumerable.Range(0, 300).Reverse().Select(i => stream[i]).Reverse(), Is.EqualTo(stream.Read()));
        Assert.That(() => stream[300], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream[-1], Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Values_lie_in_their_ranges_and_times_are_evenly_spaced()
    {
        var start = new DateTimeOffset(2024, 5, 6, 23, 59, 58, TimeSpan.Zero);
        var options = new SyntheticClickStreamOptions
        {
            Users = 10,
            Items = 5,
            Categories = 3,
            EventCount = 5000,
            Start = start,
            EventsPerSecond = 4,
            DriftPerHour = 100,
        };
        var clicks = new SyntheticClickStream(options).Read().ToArray();

        Assert.That(clicks.Select(c => c.Time),
            Is.EqualTo(Enumerable.Range(0, 5000).Select(i => start.AddMilliseconds(250 * i))));
        Assert.That(clicks.Select(c => c.Hour),
            Is.EqualTo(clicks.Select(c => c.Time.Hour)));
        Assert.That(clicks.Select(c => c.User).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(clicks.Select(c => c.Category), Has.All.InRange(0, 2));
        Assert.That(clicks.Select(c => c.Item), Has.All.GreaterThanOrEqualTo(0));
        Assert.That(clicks.Select(c => c.Probability), Has.All.GreaterThan(0).And.All.LessThan(1));
        Assert.That(clicks.GroupBy(c => c.Item).Select(g => g.Select(c => c.Category).Distinct().Count()), Has.All.EqualTo(1));
    }

    [Test]
    public void Clicks_happen_as_often_as_their_probability_says()
    {
        var clicks = new SyntheticClickStream().Read().ToArray();
        foreach (var bucket in clicks.GroupBy(c => (int)(10 * c.Probability)))
        {
            var expected = bucket.Sum(c => c.Probability);
            var deviation = Math.Sqrt(bucket.Sum(c => c.Probability * (1 - c.Probability)));
            Assert.That(bucket.Count(c => c.Clicked), Is.EqualTo(expected).Within(4 * deviation + 1), $"bucket {bucket.Key}");
        }
    }

    [Test]
    public void Without_bias_and_strength_the_base_rate_stands_in_the_middle()
    {
        var options = new SyntheticClickStreamOptions { BaseClickRate = 0.3, InteractionStrength = 0, DriftPerHour = 100 };
        var probabilities = new SyntheticClickStream(options).Read().Select(c => c.Probability).Order().ToArray();

        Assert.That(probabilities[probabilities.Length / 2], Is.EqualTo(0.3).Within(0.03));
    }

    [Test]
    public void Popularity_falls_like_zipfs_law_where_nothing_drifts()
    {
        // Averaged over the places' ages by drift: 1 / rank, up to the same factor for all.
        var clicks = new SyntheticClickStream(new() { Items = 100, DriftPerHour = 50, EventCount = 200_000, Seed = 2 }).Read();
        var counts = clicks.CountBy(c => c.Item % 100).ToDictionary();

        var harmonic = Enumerable.Range(1, 100).Sum(rank => 1.0 / rank);
        foreach (var place in new[] { 0, 1, 2, 4, 9, 49, 99 })
        {
            var expected = 200_000 / (harmonic * (place + 1));
            Assert.That(counts[place], Is.EqualTo(expected).Within(0.15 * expected), $"place {place}");
        }
    }

    [Test]
    public void Without_drift_no_item_is_born()
    {
        var clicks = new SyntheticClickStream(new() { DriftPerHour = 0, Items = 50, EventCount = 50_000 }).Read().ToArray();

        Assert.That(clicks.Select(c => c.Item), Has.All.LessThan(50));
    }

    [Test]
    public void With_drift_items_are_born_and_fade()
    {
        // Two lives of each place in the stream.
        var clicks = new SyntheticClickStream(new() { DriftPerHour = 0.24, EventCount = 300_000 }).Read().ToArray();
        var first = clicks.Take(60_000).Select(c => c.Item).ToHashSet();
        var last = clicks.TakeLast(60_000).ToArray();

        Assert.That(last.Count(c => !first.Contains(c.Item)), Is.GreaterThan(0.9 * last.Length), "new items");
        Assert.That(Top(clicks.Take(60_000)).Intersect(Top(last)).Count(), Is.LessThan(30), "of the 100 most popular");
        Assert.That(last.Select(c => c.Item).Distinct().Count(), Is.GreaterThan(900));

        static IEnumerable<long> Top(IEnumerable<SyntheticClick> clicks) =>
            clicks.CountBy(c => c.Item).OrderByDescending(p => p.Value).Take(100).Select(p => p.Key);
    }

    [Test]
    public void A_factorization_machine_beats_the_mean_of_the_item_and_both_are_worse_than_the_truth()
    {
        var clicks = new SyntheticClickStream().Read().ToArray();
        var machine = LogLoss(clicks, new FactorizationMachine().PredictAndLearn);
        var mean = LogLoss(clicks, new ItemMean().PredictAndLearn);
        var truth = LogLoss(clicks, c => c.Probability);
        TestContext.Out.WriteLine(
            $"log-loss, second half of the synthetic stream: truth {truth:F4}, machine {machine:F4}, item mean {mean:F4}");

        Assert.That(machine, Is.LessThan(0.95 * mean));
        Assert.That(truth, Is.LessThan(0.95 * machine));
    }

    [Test]
    public void All_errors_of_the_options_are_reported_at_once()
    {
        var options = new SyntheticClickStreamOptions
        {
            Users = 0,
            Items = 0,
            Categories = 0,
            LatentDimension = 0,
            EventCount = -1,
            Start = DateTimeOffset.MinValue,
            EventsPerSecond = 0,
            DriftPerHour = -1,
            BaseClickRate = 1,
            InteractionStrength = double.NaN,
        };

        var thrown = Assert.Throws<OptionsValidationException>(() => _ = new SyntheticClickStream(options));
        Assert.That(thrown!.Failures.Count(), Is.EqualTo(10));
        Assert.That(() => new SyntheticClickStream(new() { EventCount = long.MaxValue }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("year 9999"));
    }

    private static SyntheticClick[] Take(SyntheticClickStreamOptions options, int count) =>
        [.. new SyntheticClickStream(options).Read().Take(count)];

    private static double LogLoss(SyntheticClick[] clicks, Func<SyntheticClick, double> predict)
    {
        var sum = 0.0;
        for (var i = 0; i < clicks.Length; i++)
        {
            var probability = Math.Clamp(predict(clicks[i]), 1e-6, 1 - 1e-6);
            if (i >= clicks.Length / 2) sum -= Math.Log(clicks[i].Clicked ? probability : 1 - probability);
        }
        return sum / (clicks.Length - clicks.Length / 2);
    }

    private sealed class ItemMean
    {
        private readonly Dictionary<long, (double Clicks, double Shown)> _items = [];
        private double _clicks = 1, _shown = 10;

        public double PredictAndLearn(SyntheticClick click)
        {
            var (clicks, shown) = _items.GetValueOrDefault(click.Item);
            var prediction = (clicks + 10 * _clicks / _shown) / (shown + 10);
            var label = click.Clicked ? 1 : 0;
            _items[click.Item] = (clicks + label, shown + 1);
            (_clicks, _shown) = (_clicks + label, _shown + 1);
            return prediction;
        }
    }

    /// <summary>User, item and category, each a bias and a vector, learnt by Adagrad, one example at a time.</summary>
    private sealed class FactorizationMachine
    {
        private const int Width = 5;
        private readonly Dictionary<(int, long), (double[] Value, double[] Squares)> _rows = [];
        private readonly Random _random = new(1);

        public double PredictAndLearn(SyntheticClick click)
        {
            (double[] Value, double[] Squares)[] rows = [Row(0, click.User), Row(1, click.Item), Row(2, click.Category)];
            var sum = new double[Width];
            var logit = -1.5;
            foreach (var (value, _) in rows)
            {
                logit += value[0];
                for (var d = 1; d < Width; d++) (sum[d], logit) = (sum[d] + value[d], logit - value[d] * value[d] / 2);
            }
            for (var d = 1; d < Width; d++) logit += sum[d] * sum[d] / 2;
            var prediction = 1 / (1 + Math.Exp(-logit));
            var error = prediction - (click.Clicked ? 1 : 0);
            foreach (var (value, squares) in rows)
            {
                for (var d = 0; d < Width; d++)
                {
                    var gradient = error * (d == 0 ? 1 : sum[d] - value[d]);
                    squares[d] += gradient * gradient;
                    value[d] -= 0.1 * gradient / Math.Sqrt(squares[d] + 1e-3);
                }
            }
            return prediction;
        }

        private (double[] Value, double[] Squares) Row(int slot, long id)
        {
            if (_rows.TryGetValue((slot, id), out var row)) return row;
            row = (new double[Width], new double[Width]);
            for (var d = 1; d < Width; d++) row.Value[d] = 0.2 * (_random.NextDouble() - 0.5);
            return _rows[(slot, id)] = row;
        }
    }
}
