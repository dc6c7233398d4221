using Experiments.Learning;
using Monolith.Embeddings.Snapshots;
using OnlineTraining.Contest;

namespace Experiments.Intervals;

/// <summary>
/// What is sent at each interval: the live part is learned once for each, with a commit at each refresh and at no other place, so that a
/// row that changes twice between two refreshes is sent once.
/// </summary>
/// <param name="rows">The events.</param>
/// <param name="options">Where stores are made.</param>
/// <param name="model">The model's numbers, with the seed.</param>
internal sealed class TrafficTrial(LogRows rows, ExperimentOptions options, ModelSettings model)
{
    /// <summary>The name of the bytes of a full copy at the start of the live part.</summary>
    public const string FullBytes = "bytes of a full copy";

    /// <summary>The name of the bytes sent at an interval over the whole live part.</summary>
    public static string Bytes(int shards, RefreshInterval interval) => Bytes(interval.Times(shards, IntervalTrial.Finest).Every);

    /// <summary>Runs a pass for each interval.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        using var scratch = new ScratchFolder(options.Scratch);
        var (history, live) = (scratch.NewStore(), new LivePart(rows.Log, IntervalTrial.HistoryShare, IntervalTrial.Finest));
        var figures = new Dictionary<string, double> { [FullBytes] = await LearnHistoryAsync(history, live, cancellationToken) };
        foreach (var every in Intervals())
            figures[Bytes(every)] = await SendAsync(await scratch.CopyAsync(history, cancellationToken), live, every, cancellationToken);
        return figures;
    }

    private static string Bytes(int every) => $"bytes, every {every} of {IntervalTrial.Finest}";

    private static int[] Intervals() =>
    [
        .. IntervalTrial.ShardCounts.SelectMany(shards => RefreshInterval.Within(shards).Where(interval => interval.Shards is not null)
            .Select(interval => interval.Times(shards, IntervalTrial.Finest).Every)).Distinct(),
    ];

    private async Task<long> LearnHistoryAsync(SnapshotStore store, LivePart live, CancellationToken cancellationToken)
    {
        await using var learner = CreateLearner(store);
        await learner.LearnToAsync(live.History, cancellationToken);
        return learner.Trainer.NewestCommit!.Serving!.Length;
    }

    private async Task<long> SendAsync(SnapshotStore store, LivePart live, int every, CancellationToken cancellationToken)
    {
        await using var learner = CreateLearner(store);
        // Takes the store over, which copies are not sent.
        await learner.LearnToAsync(live.History, cancellationToken);
        var sent = 0L;
        for (var shard = every - 1; shard < live.Shards; shard += every)
        {
            await learner.LearnToAsync(live.EndOf(shard), cancellationToken);
            sent += learner.Trainer.NewestCommit!.Serving!.Length;
        }
        return sent;
    }

    private Learner CreateLearner(SnapshotStore store) =>
        new(rows, EventSequence.Of(.., rows.Log.Count), new LearnerOptions { Model = model, Store = store });
}
