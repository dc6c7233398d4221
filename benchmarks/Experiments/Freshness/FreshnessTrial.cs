using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training;

namespace Experiments.Freshness;

/// <summary>
/// A trainer on a live stream and a replica that follows its store, in one process: how long an event takes to the weights that are served.
/// </summary>
/// <param name="interval">Between two deltas.</param>
/// <param name="scratch">Where the store is made.</param>
internal sealed class FreshnessTrial(TimeSpan interval, string scratch)
{
    private const int EventsPerSecond = 5000, BatchSize = 64, Intervals = 3;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(20);

    /// <summary>Runs it for three intervals, 20 seconds at least.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        // One interval more: the last probes arrive with the delta behind them.
        var length = TimeSpan.FromSeconds(Math.Max(Shortest.TotalSeconds, (Intervals + 1) * interval.TotalSeconds));
        var paced = new PacedStream(
            FreshModel.Stream(EventsPerSecond * (long)length.TotalSeconds, EventsPerSecond), EventsPerSecond, length);
        using var folder = new ScratchFolder(scratch);
        var (made, store, tally) = (new FreshModel(), folder.NewStore(), new CommitTally());
        using var tables = made.CreateTables();
        using var model = made.CreateModel();
        var source = ExampleSource.From(
            paced.ReadAsync(cancellationToken), made.Encoder, BatchSize, maxDelay: TimeSpan.FromMilliseconds(20));
        await using var trainer = new OnlineTrainer(tables, model, source, store, Options());
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var training = trainer.RunAsync(cancellationToken: cancellationToken);
        await using var replica = await OpenAsync(store, made, cancellationToken);
        var watch = new ProbeWatch(paced, replica);
        var watching = watch.RunAsync(stopping.Token);
        while (!training.IsCompleted)
        {
            tally.See(trainer.NewestCommit);
            await Task.Delay(5, cancellationToken);
        }
        await training;
        await stopping.CancelAsync();
        await watching;
        return Figures(watch.Seconds, tally);
    }

    private static Dictionary<string, double> Figures(IReadOnlyList<double> seconds, CommitTally tally)
    {
        double[] sorted = [.. seconds.Order()];
        return new()
        {
            ["probes"] = sorted.Length,
            ["p50"] = sorted[sorted.Length / 2],
            ["p99"] = sorted[(int)(sorted.Length * 0.99)],
            ["longest"] = sorted[^1],
            ["deltas"] = tally.Deltas,
            ["rows a delta"] = (double)tally.Rows / tally.Deltas,
            ["bytes a row"] = (double)tally.Bytes / tally.Rows,
        };
    }

    private static Task<ModelReplica> OpenAsync(SnapshotStore store, FreshModel made, CancellationToken cancellationToken)
    {
        var options = new ModelReplicaOptions
        {
            PollEvery = TimeSpan.FromMilliseconds(20),
            MaxDegreeOfParallelism = 1,
            Startup = ReplicaStartup.WaitForCommit,
        };
        return ModelReplica.OpenAsync(store, (Func<ulong, OnlineModel>)(_ => made.CreateModel()), options,
            cancellationToken: cancellationToken);
    }

    // The stream ends with the probes that are waited for; no commit of the end is to bring them early.
    private OnlineTrainerOptions Options() => new()
    {
        MaxDegreeOfParallelism = 1,
        Synchronization = new SynchronizationOptions { SparseEvery = Schedule.ByClock(interval), CommitAtEnd = false },
    };
}
