using System.Diagnostics;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training;

namespace Experiments.Freshness;

/// <summary>
/// What deltas cost training: as many events as fast as can be, with deltas and without, in turn; the median of the rounds' ratios.
/// </summary>
/// <param name="interval">Between two deltas.</param>
/// <param name="scratch">Where stores are made.</param>
internal sealed class SlowdownTrial(TimeSpan interval, string scratch)
{
    private const int Rounds = 5, BatchSize = 256, EventsPerSecond = 20_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(4);

    /// <summary>Runs all rounds.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        // Fewer events than these are for compiling what is measured.
        var perSecond = 200_000 / await SecondsAsync(200_000, Schedule.Never, cancellationToken);
        var events = (int)(perSecond * Math.Max(Shortest.TotalSeconds, 2.5 * interval.TotalSeconds));
        List<double> ratios = [];
        for (var round = 0; round < Rounds; round++)
        {
            var without = await SecondsAsync(events, Schedule.Never, cancellationToken);
            var with = await SecondsAsync(events, Schedule.ByClock(interval), cancellationToken);
            ratios.Add(with / without);
        }
        ratios.Sort();
        return new Dictionary<string, double> { ["time with deltas over without"] = ratios[Rounds / 2], ["events"] = events };
    }

    // Both sides have a store, and commit once at the end, which is not counted.
    private async Task<double> SecondsAsync(int events, Schedule sparseEvery, CancellationToken cancellationToken)
    {
        using var folder = new ScratchFolder(scratch);
        var (made, stream, last) = (new FreshModel(), FreshModel.Stream(events, EventsPerSecond), 0L);
        using var tables = made.CreateTables();
        using var model = made.CreateModel();
        var source = ExampleSource.From(() => stream.Read().Select(click => new FreshEvent(click, -1)), made.Encoder, BatchSize);
        await using var trainer = new OnlineTrainer(tables, model, source, folder.NewStore(), new OnlineTrainerOptions
        {
            MaxDegreeOfParallelism = 1,
            Scored = (_, _) => last = Stopwatch.GetTimestamp(),
            Synchronization = new SynchronizationOptions { SparseEvery = sparseEvery },
        });
        var start = Stopwatch.GetTimestamp();
        await trainer.RunAsync(cancellationToken: cancellationToken);
        return Stopwatch.GetElapsedTime(start, last).TotalSeconds;
    }
}
