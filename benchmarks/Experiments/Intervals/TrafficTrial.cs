using Experiments.Data;
using Experiments.Ids;
using Experiments.Learning;
using OnlineTraining.Contest;

namespace Experiments.Intervals;

/// <summary>
/// What is sent at each interval: the live part is learned once for each, with a commit at each refresh and at no other place, so that a
/// row that changes twice between two refreshes is sent once.
/// </summary>
/// <param name="log">The events.</param>
/// <param name="options">Where stores are made.</param>
/// <param name="model">The model's numbers, with the seed.</param>
internal sealed class TrafficTrial(EventLog log, ExperimentOptions options, ModelSettings model)
{
    /// <summary>The name of the bytes of a full copy at the start of the live part.</summary>
    public const string FullBytes = "bytes of a full copy";

    /// <summary>The name of the bytes sent at an interval over the whole live part.</summary>
    public static string Bytes(int shards, int interval) => $"bytes, {shards} shards, every {interval}";

    /// <summary>Runs a pass for each interval in shards.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        using var scratch = new ScratchFolder(options.Scratch);
        foreach (var shards in IntervalTrial.ShardCounts)
        {
            foreach (var interval in RefreshInterval.Within(shards).Select(interval => interval.Shards).OfType<int>())
                figures[Bytes(shards, interval)] = await SendAsync(scratch, shards, interval, figures, cancellationToken);
        }
        return figures;
    }

    private async Task<long> SendAsync(
        ScratchFolder scratch, int shards, int interval, Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        var live = new LivePart(log, IntervalTrial.HistoryShare, shards);
        var setup = new LearnerOptions { Model = model, Store = scratch.NewStore() };
        await using var learner = new Learner(log, new OwnRows(), EventSequence.Of(.., log.Count), setup);
        await learner.LearnToAsync(live.History, cancellationToken);
        figures[FullBytes] = learner.Trainer.NewestCommit!.Serving!.Length;
        var sent = 0L;
        for (var shard = interval - 1; shard < shards; shard += interval)
        {
            await learner.LearnToAsync(live.EndOf(shard), cancellationToken);
            sent += learner.Trainer.NewestCommit!.Serving!.Length;
        }
        return sent;
    }
}
