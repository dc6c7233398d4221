using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Negatives;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>How many examples a second a sampler yields, of batches that are encoded already.</summary>
[Explicit("Measures for about a minute.")]
public class NegativeSamplerSpeed
{
    private const int Rows = 512, Batches = 200, Rounds = 9;

    private readonly SamplerFixture _f = new();
    private long _next;

    [Test]
    public void Rows_a_second([Values(0, 0.75)] double power, [Values(4_000, 1_000_000)] int items, [Values(0, 20)] int window)
    {
        var options = _f.Options;
        (options.Power, options.Window, options.MaxUsers, options.User) = (power, window, 100_000, window > 0 ? _f.User : null);
        var state = new SamplerState(options, [1, 2]);
        var random = new Random(1);
        // All items are known first.
        for (var first = 0; first < items; first += Rows) Process(state, first, () => _next++, random);
        var batches = Enumerable.Range(0, Batches).Select(i => Create(i, () => random.Next(items), random)).ToList();
        using var to = new ExampleBatch(_f.Schema);
        var rates = new List<(double Sampled, double Copied)>();
        for (var round = 0; round < Rounds; round++)
        {
            var (rows, sampled) = (0L, Stopwatch.GetTimestamp());
            foreach (var batch in batches)
            {
                to.Clear();
                state.Process(batch, to);
                rows += to.Rows;
            }
            var (time, copied) = (Stopwatch.GetElapsedTime(sampled), Stopwatch.GetTimestamp());
            foreach (var batch in batches)
            {
                to.Clear();
                for (var row = 0; row < 6 * batch.Rows; row++) to.Append(batch, row / 6);
            }
            rates.Add((rows / time.TotalSeconds, rows / Stopwatch.GetElapsedTime(copied).TotalSeconds));
        }
        var (rate, copy) = (Median(rates.Select(one => one.Sampled)), Median(rates.Select(one => one.Copied)));
        TestContext.Out.WriteLine(
            $"power {power}, {items} items, window {window}: {rate / 1e6:F2} M rows/s, {copy / rate:F2} times a copy of the rows; "
            + $"{state.Status.Bytes / 1e6:F0} MB");
        foreach (var batch in batches) batch.Dispose();
        Assert.That(rate, Is.GreaterThan(0));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private void Process(SamplerState state, int number, Func<long> item, Random random)
    {
        using var from = Create(-1 - number, item, random);
        using var to = new ExampleBatch(_f.Schema);
        state.Process(from, to);
    }

    private ExampleBatch Create(int number, Func<long> item, Random random)
    {
        var batch = new ExampleBatch(_f.Schema);
        for (var row = 0; row < Rows; row++)
            _f.Encoder.Encode(new(random.Next(100_000), [item()], [random.Next(50)], 1, 5, 3, 1, 1000, 0), batch);
        batch.Position = new(BitConverter.GetBytes(number));
        return batch;
    }
}
