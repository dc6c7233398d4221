using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>Which examples are kept, and what corrects for the others.</summary>
public class SubsamplingTests : LeakChecked
{
    private readonly SamplingFixture _fixture = new();

    [Test]
    public async Task Positives_stay_and_negatives_are_kept_at_their_rate([Values(0.5, 0.1, 0.01)] double rate)
    {
        const int Count = 70_000, Positives = Count / 7, Negatives = Count - Positives;
        var batches = await SamplingFixture.ReadAsync(_fixture.Events(Count, 50).Subsampled(_fixture.Options(rate)));
        var labels = batches.SelectMany(batch => batch.Labels(_fixture.Click).ToArray()).ToArray();
        Assert.That(labels.Count(label => label == 1), Is.EqualTo(Positives));
        var spread = 5 * Math.Sqrt(Negatives * rate * (1 - rate));
        Assert.That(labels.Count(label => label == 0), Is.EqualTo(Negatives * rate).Within(spread));
        Assert.That(batches.SkipLast(1).Select(batch => batch.Rows), Is.All.EqualTo(64), "full batches");
        foreach (var batch in batches)
        {
            Assert.That(batch.LogitOffsets(_fixture.Click).ToArray(), Is.All.EqualTo(-Math.Log(rate)).Within(1e-6));
            Assert.That(batch.LogitOffsets(_fixture.Buy!).ToArray(), Is.All.Zero);
            Assert.That(batch.Weights.ToArray(), Is.All.EqualTo(1));
            for (var row = 0; row < batch.Rows; row++)
                Assert.That(batch.KeepRates[row], Is.EqualTo(batch.Labels(_fixture.Click)[row] == 1 ? 1 : (float)rate));
        }
    }

    [Test]
    public async Task The_same_events_are_kept_whatever_the_batches_and_more_of_them_at_a_greater_rate()
    {
        var some = await SamplingFixture.KeptAsync(_fixture.Events(5000, 50).Subsampled(_fixture.Options(0.1)));
        var again = await SamplingFixture.KeptAsync(_fixture.Events(5000, 333).Subsampled(_fixture.Options(0.1, batchSize: 7)));
        var other = await SamplingFixture.KeptAsync(
            _fixture.Of(Enumerable.Range(0, 5000).Reverse().Select(SamplingFixture.Event), 50).Subsampled(_fixture.Options(0.1)));
        var more = await SamplingFixture.KeptAsync(_fixture.Events(5000, 50).Subsampled(_fixture.Options(0.3)));
        var seed = await SamplingFixture.KeptAsync(_fixture.Events(5000, 50).Subsampled(_fixture.Options(0.1, seed: 1)));
        Assert.That(again, Is.EqualTo(some));
        Assert.That(other.Order(), Is.EqualTo(some));
        Assert.That(some, Is.SubsetOf(more));
        Assert.That(more, Has.Length.GreaterThan(some.Length));
        Assert.That(seed, Is.Not.EquivalentTo(some));
    }

    [Test]
    public async Task With_positives_dropped_too_the_offset_is_the_ratio_of_both_rates()
    {
        var options = _fixture.Options(0.2);
        options.PositiveRate = 0.5;
        var batches = await SamplingFixture.ReadAsync(_fixture.Events(70_000, 50).Subsampled(options));
        var labels = batches.SelectMany(batch => batch.Labels(_fixture.Click).ToArray()).ToArray();
        Assert.That(labels.Count(label => label == 1), Is.EqualTo(5000).Within(250));
        Assert.That(labels.Count(label => label == 0), Is.EqualTo(12_000).Within(500));
        foreach (var batch in batches)
        {
            Assert.That(batch.LogitOffsets(_fixture.Click).ToArray(), Is.All.EqualTo(Math.Log(0.5 / 0.2)).Within(1e-6));
            for (var row = 0; row < batch.Rows; row++)
                Assert.That(batch.KeepRates[row], Is.EqualTo(batch.Labels(_fixture.Click)[row] == 1 ? 0.5f : 0.2f));
        }
    }

    [Test]
    public async Task What_was_there_already_is_added_to()
    {
        var events = Enumerable.Range(0, 200).Select(i => SamplingFixture.Event(i) with { Offset = 0.25f, Weight = 3 });
        var first = _fixture.Of(events, 20).Subsampled(_fixture.Options(0.5, seed: 1));
        var both = await SamplingFixture.ReadAsync(first.Subsampled(_fixture.Options(0.4, seed: 2)));
        var options = _fixture.Options(0.5, seed: 1);
        options.Correction = SubsamplingCorrection.Weight;
        var weighted = await SamplingFixture.ReadAsync(_fixture.Of(events, 20).Subsampled(options));
        foreach (var batch in both)
        {
            Assert.That(batch.LogitOffsets(_fixture.Click).ToArray(), Is.All.EqualTo(0.25 - Math.Log(0.2)).Within(1e-6));
            for (var row = 0; row < batch.Rows; row++)
                Assert.That(batch.KeepRates[row], Is.EqualTo(batch.Labels(_fixture.Click)[row] == 1 ? 1 : 0.2f).Within(1e-7));
        }
        foreach (var batch in weighted)
        {
            Assert.That(batch.LogitOffsets(_fixture.Click).ToArray(), Is.All.EqualTo(0.25f));
            Assert.That(batch.KeepRates.ToArray(), Is.All.EqualTo(1));
            for (var row = 0; row < batch.Rows; row++)
                Assert.That(batch.Weights[row], Is.EqualTo(batch.Labels(_fixture.Click)[row] == 1 ? 3 : 6));
        }
    }

    [Test]
    public async Task A_users_probability_is_bounded_and_mixed()
    {
        double[] asked = [0.2, 5, -1, 1e-9, double.PositiveInfinity, double.NegativeInfinity];
        double[] mixed = [0.25 * 0.4 + 0.75 * 0.2, 0.8, 0.1, 0.1, 0.8, 0.1];
        var options = _fixture.Options(0.4);
        (options.UniformShare, options.Floor, options.Ceiling) = (0.25, 0.1, 0.8);
        options.Negatives = (in ExampleView example) => asked[example.Ids(_fixture.User)[0]];
        var events = Enumerable.Range(0, 6000).Select(i => SamplingFixture.Event(i) with { User = i % asked.Length });
        var kept = new int[asked.Length];
        foreach (var batch in await SamplingFixture.ReadAsync(_fixture.Of(events, 30).Subsampled(options)))
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var (user, label) = ((int)batch.Ids(_fixture.User)[row], batch.Labels(_fixture.Click)[row]);
                Assert.That(batch.LogitOffsets(_fixture.Click)[row], Is.EqualTo(-Math.Log(mixed[user])).Within(1e-6), $"user {user}");
                Assert.That(batch.KeepRates[row], Is.EqualTo(label == 1 ? 1 : mixed[user]).Within(1e-7));
                if (label == 0) kept[user]++;
            }
        }
        var negatives = events.Where(e => e.Click == 0).CountBy(e => (int)e.User).ToDictionary();
        for (var user = 0; user < kept.Length; user++)
            Assert.That((double)kept[user] / negatives[user], Is.EqualTo(mixed[user]).Within(0.09), $"user {user}");
    }

    [Test]
    public async Task A_pilot_decides_by_what_it_predicts([Values] bool local)
    {
        float[] predicted = [0.01f, 0.3f, 0.9f, float.NaN, 0, 1];
        var options = _fixture.Options(0.5);
        (options.PilotScale, options.LocalCaseControl, options.Floor) = (2, local, 0.05);
        options.Pilot = (examples, probabilities) =>
        {
            for (var row = 0; row < examples.Rows; row++) probabilities[row] = predicted[examples.Ids(_fixture.User)[row]];
        };
        var events = Enumerable.Range(0, 6000).Select(i => SamplingFixture.Event(i) with { User = i % predicted.Length });
        double[] negative = [0.05, 0.6, 1, 0.5, 0.05, 1];
        double[] positive = local ? [1, 1, 0.2, 1, 1, 0.05] : [1, 1, 1, 1, 1, 1];
        foreach (var batch in await SamplingFixture.ReadAsync(_fixture.Of(events, 30).Subsampled(options)))
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var (user, label) = (batch.Ids(_fixture.User)[row], batch.Labels(_fixture.Click)[row]);
                Assert.That(batch.LogitOffsets(_fixture.Click)[row],
                    Is.EqualTo(Math.Log(positive[user] / negative[user])).Within(1e-5), $"user {user}");
                Assert.That(batch.KeepRates[row], Is.EqualTo(label == 1 ? positive[user] : negative[user]).Within(1e-6));
            }
        }
    }

    [Test]
    public async Task Examples_without_a_label_are_kept_as_they_are()
    {
        var events = Enumerable.Range(0, 90).Select(i => SamplingFixture.Event(i) with { Click = i % 3 == 0 ? float.NaN : 0, Buy = 1 });
        var options = _fixture.Options(0.1);
        options.Correction = SubsamplingCorrection.Weight;
        var batches = await SamplingFixture.ReadAsync(_fixture.Of(events, 7).Subsampled(options));
        var rows = batches.SelectMany(batch => batch.Labels(_fixture.Click).ToArray().Zip(batch.Weights.ToArray())).ToList();
        Assert.That(rows.Where(row => float.IsNaN(row.First)).Select(row => row.Second), Is.EqualTo(Enumerable.Repeat(1f, 30)));
        Assert.That(rows.Where(row => row.First == 0).Select(row => row.Second), Is.All.EqualTo(10));
        Assert.That(rows.Count(row => row.First == 0), Is.InRange(1, 30));
        var none = events.Where(one => float.IsNaN(one.Click));
        foreach (var batch in await SamplingFixture.ReadAsync(_fixture.Of(none, 7).Subsampled(_fixture.Options(0.1))))
            Assert.That((batch.LogitOffsets(_fixture.Click)[0], batch.HasKeepRates), Is.EqualTo((0f, false)));
    }

    [Test]
    public async Task A_stream_that_is_cut_otherwise_meanwhile_goes_on_with_the_next_example([Range(0, 49)] int seed)
    {
        var random = new Random(seed);
        var (count, before, after) = (random.Next(1, 120), random.Next(1, 30), random.Next(1, 30));
        var options = _fixture.Options(random.NextDouble() < 0.2 ? 1 : 0.3, batchSize: random.Next(1, 12), seed: (ulong)seed);
        var batches = await SamplingFixture.ReadAsync(_fixture.Events(count, before).Subsampled(options));
        var all = batches.SelectMany(batch => batch.RequestIds.ToArray()).ToArray();
        var passed = 0;
        foreach (var batch in batches)
        {
            passed += batch.Rows;
            var rest = await SamplingFixture.KeptAsync(_fixture.Events(count, after).Subsampled(options), batch.Position);
            Assert.That(rest, Is.EqualTo(all[passed..]));
        }
    }

    [Test]
    public async Task A_stream_may_get_the_stage_between_two_runs()
    {
        var before = await SamplingFixture.ReadAsync(_fixture.Events(100, 10));
        var whole = await SamplingFixture.KeptAsync(_fixture.Events(100, 10).Subsampled(_fixture.Options(0.3)));
        var rest = await SamplingFixture.KeptAsync(_fixture.Events(100, 10).Subsampled(_fixture.Options(0.3)), before[3].Position);
        Assert.That(rest, Is.EqualTo(whole.Where(request => request > 40)));
    }

    [Test]
    public async Task Steady_reading_allocates_little_more_than_positions()
    {
        var events = Enumerable.Range(0, 40_000).Select(SamplingFixture.Event).ToArray();
        var (plain, _) = await AllocatedAsync(_fixture.Of(events, 20));
        var (sampled, batches) = await AllocatedAsync(_fixture.Of(events, 20).Subsampled(_fixture.Options(0.2, batchSize: 10)));
        Assert.That(sampled - plain, Is.LessThan(120 * batches + 20_000));
    }

    private static async Task<(long Bytes, int Batches)> AllocatedAsync(ExampleSource source)
    {
        var (before, count) = (0L, 0);
        for (var round = 0; round < 2; round++)
        {
            (before, count) = (GC.GetTotalAllocatedBytes(true), 0);
            await foreach (var batch in source.ReadAsync(default, CancellationToken.None))
            {
                count++;
                batch.Dispose();
            }
        }
        return (GC.GetTotalAllocatedBytes(true) - before, count);
    }
}
