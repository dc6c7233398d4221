using Experiments.Learning;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using OnlineTraining.Contest;
using Scoring;

namespace Experiments.Intervals;

/// <summary>
/// The paper's Algorithm 1 with one seed: the history is learned once; then each shard is predicted by serving copies and learned after
/// that. One pass of training over the smallest shards serves all copies, which differ in when they are refreshed: a larger shard is
/// several of them.
/// </summary>
/// <param name="rows">The events.</param>
/// <param name="options">Sizes, and where stores are made.</param>
/// <param name="model">The model's numbers, with the seed.</param>
internal sealed class IntervalTrial(LogRows rows, ExperimentOptions options, ModelSettings model)
{
    /// <summary>The name of the AUC of the learner itself, which predicts each batch before it learns it.</summary>
    public const string LearnerAuc = "AUC, the learner";

    /// <summary>The share of the events that is history.</summary>
    public const double HistoryShare = 0.5;

    /// <summary>The numbers of shards that are compared. All divide the last.</summary>
    public static IReadOnlyList<int> ShardCounts { get; } = [10, 50, 100];

    /// <summary>The greatest number of shards.</summary>
    public static int Finest => ShardCounts[^1];

    /// <summary>
    /// How often the dense weights are sent, in days of event time, apart from with each commit; infinity: not after the history.
    /// </summary>
    public static IReadOnlyList<double> DenseDays { get; } = [1, 7, double.PositiveInfinity];

    /// <summary>The name of the AUC of a serving copy.</summary>
    /// <param name="shards">How many shards the live part has.</param>
    /// <param name="interval">How often it is refreshed.</param>
    /// <param name="denseDays">One of <see cref="DenseDays"/>; 0: dense weights with each commit.</param>
    public static string Auc(int shards, RefreshInterval interval, double denseDays = 0) =>
        $"AUC, {shards} shards, {interval.Name}" + (denseDays > 0 ? $", dense {denseDays}" : "");

    /// <summary>Runs a pass for each interval of the dense weights.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        using var scratch = new ScratchFolder(options.Scratch);
        var (history, live) = (scratch.NewStore(), new LivePart(rows.Log, HistoryShare, Finest));
        await using (var learner = CreateLearner(history, Schedule.Never, Schedule.ByBatches(1), null))
            await learner.LearnToAsync(live.History, cancellationToken);
        foreach (var denseDays in DenseDays.Prepend(0))
            await LiveAsync(await scratch.CopyAsync(history, cancellationToken), live, denseDays, figures, cancellationToken);
        return figures;
    }

    private async Task LiveAsync(
        SnapshotStore store, LivePart live, double denseDays, Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        var (own, copies, arms) = (new ScoreLog(), new Dictionary<RefreshTimes, ServingCopy>(), Arms(denseDays).ToArray());
        await using var learner = CreateLearner(store, Schedule.ByExamples(live.ShardSize), DenseEvery(denseDays), own);
        // Takes the store over, and stands where the history ends.
        await learner.LearnToAsync(live.History, cancellationToken);
        foreach (var times in arms.Select(arm => arm.Times).Distinct())
            copies[times] = await ServingCopy.OpenAsync(times, store, learner.CreateModel, live.DayOf(0), cancellationToken);
        var scorer = new EventScorer(rows, model);
        for (var shard = 0; shard < live.Shards; shard++)
        {
            await PredictAsync(copies.Values, scorer, live, shard, learner.Trainer.NewestCommit!.Number, cancellationToken);
            await learner.LearnToAsync(live.EndOf(shard), cancellationToken);
        }
        foreach (var (shards, interval, times) in arms) figures[Auc(shards, interval, denseDays)] = copies[times].Scores.Auc(0);
        if (denseDays == 0) figures[LearnerAuc] = own.Auc(0);
        foreach (var copy in copies.Values) await copy.DisposeAsync();
    }

    private static async Task PredictAsync(IEnumerable<ServingCopy> copies, EventScorer scorer, LivePart live, int shard, ulong newest,
        CancellationToken cancellationToken)
    {
        // Copies that have the same commit predict the same, and are asked once.
        var predicted = new Dictionary<ulong, EventScores>();
        foreach (var copy in copies)
        {
            await copy.RefreshAsync(shard, live.DayOf(shard), newest, cancellationToken);
            if (!predicted.TryGetValue(copy.Commit, out var scores))
                predicted[copy.Commit] = scores = scorer.Score(copy.Predictor, live.EventsOf(shard));
            scores.AddTo(copy.Scores);
        }
    }

    // The intervals of the dense weights are told apart in the smallest shards alone.
    private static IEnumerable<(int Shards, RefreshInterval Interval, RefreshTimes Times)> Arms(double denseDays) =>
        ShardCounts.Where(shards => denseDays == 0 || shards == Finest).SelectMany(shards =>
            RefreshInterval.Within(shards).Where(interval => denseDays == 0 || interval.Shards is not null)
                .Select(interval => (shards, interval, interval.Times(shards, Finest))));

    private static Schedule DenseEvery(double days) => days == 0 ? Schedule.ByBatches(1)
        : double.IsFinite(days) ? Schedule.ByEventTime(TimeSpan.FromDays(days))
        : Schedule.Never;

    private Learner CreateLearner(SnapshotStore store, Schedule sparseEvery, Schedule denseEvery, ScoreLog? scores) =>
        new(rows, EventSequence.Of(.., rows.Log.Count), new LearnerOptions
        {
            Model = model,
            Store = store,
            SparseEvery = sparseEvery,
            DenseEvery = denseEvery,
            Scored = scores is null ? null : scores.Add,
        });
}
