using Experiments.Data;
using Experiments.Ids;
using Experiments.Learning;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using OnlineTraining.Contest;
using Scoring;

namespace Experiments.Intervals;

/// <summary>
/// The paper's Algorithm 1 with one seed: the history is learned once; then, for each number of shards, each shard is predicted by serving
/// copies and learned after that. One pass of training serves all copies, which differ in when they are refreshed.
/// </summary>
/// <param name="log">The events.</param>
/// <param name="options">Sizes, and where stores are made.</param>
/// <param name="model">The model's numbers, with the seed.</param>
internal sealed class IntervalTrial(EventLog log, ExperimentOptions options, ModelSettings model)
{
    /// <summary>The share of the events that is history.</summary>
    public const double HistoryShare = 0.5;

    private static readonly OwnRows Rows = new();

    /// <summary>The numbers of shards that are compared.</summary>
    public static IReadOnlyList<int> ShardCounts { get; } = [10, 50, 100];

    /// <summary>The name of the AUC of a serving copy.</summary>
    public static string Auc(int shards, RefreshInterval interval, bool isDenseDaily = false) =>
        $"AUC, {shards} shards, {interval.Name}{(isDenseDaily ? ", dense daily" : "")}";

    /// <summary>The name of the AUC of the learner itself, which predicts each batch before it learns it.</summary>
    public static string LearnerAuc(int shards) => $"AUC, {shards} shards, the learner";

    /// <summary>Runs all passes.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        using var scratch = new ScratchFolder(options.Scratch);
        var history = scratch.NewStore();
        var first = new LivePart(log, HistoryShare, 1);
        await using (var learner = CreateLearner(history, Schedule.Never, Schedule.ByBatches(1), null))
            await learner.LearnToAsync(first.History, cancellationToken);
        foreach (var shards in ShardCounts)
        {
            foreach (var isDenseDaily in new[] { false, true })
            {
                var store = await scratch.CopyAsync(history, cancellationToken);
                await LiveAsync(store, new LivePart(log, HistoryShare, shards), isDenseDaily, figures, cancellationToken);
            }
        }
        return figures;
    }

    private async Task LiveAsync(
        SnapshotStore store, LivePart live, bool isDenseDaily, Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        var own = new ScoreLog();
        var denseEvery = isDenseDaily ? Schedule.ByEventTime(TimeSpan.FromDays(1)) : Schedule.ByBatches(1);
        await using var learner = CreateLearner(store, Schedule.ByExamples(live.ShardSize), denseEvery, own);
        // Takes the store over, and stands where the history ends.
        await learner.LearnToAsync(live.History, cancellationToken);
        List<ServingCopy> copies = [];
        foreach (var interval in RefreshInterval.Within(live.Shards))
            copies.Add(await ServingCopy.OpenAsync(interval, store, learner.CreateModel, live.DayOf(0), cancellationToken));
        var scorer = new EventScorer(log, Rows, model);
        for (var shard = 0; shard < live.Shards; shard++)
        {
            var newest = learner.Trainer.NewestCommit!.Number;
            foreach (var copy in copies)
            {
                await copy.RefreshAsync(shard, live.DayOf(shard), newest, cancellationToken);
                scorer.Score(copy.Predictor, live.EventsOf(shard), copy.Scores);
            }
            await learner.LearnToAsync(live.EndOf(shard), cancellationToken);
        }
        foreach (var copy in copies)
        {
            figures[Auc(live.Shards, copy.Interval, isDenseDaily)] = copy.Scores.Auc(0);
            await copy.DisposeAsync();
        }
        if (!isDenseDaily) figures[LearnerAuc(live.Shards)] = own.Auc(0);
    }

    private Learner CreateLearner(SnapshotStore store, Schedule sparseEvery, Schedule denseEvery, ScoreLog? scores) =>
        new(log, Rows, EventSequence.Of(.., log.Count), new LearnerOptions
        {
            Model = model,
            Store = store,
            SparseEvery = sparseEvery,
            DenseEvery = denseEvery,
            Scored = scores is null ? null : scores.Add,
        });
}
