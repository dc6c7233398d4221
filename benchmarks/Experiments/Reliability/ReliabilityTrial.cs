using Experiments.Learning;
using Monolith.Embeddings.Snapshots;
using OnlineTraining.Contest;
using Scoring;

namespace Experiments.Reliability;

/// <summary>
/// One seed: a trainer learns the stream and commits; it is lost at ten times, and goes on from an older snapshot without what it had
/// learned since; the day that follows is predicted and learned. Beside it the same without a loss, and with the events since then
/// replayed.
/// </summary>
/// <param name="rows">The events.</param>
/// <param name="options">Where stores are made.</param>
/// <param name="model">The model's numbers, with the seed.</param>
internal sealed class ReliabilityTrial(LogRows rows, ExperimentOptions options, ModelSettings model)
{
    private const double UndisturbedShare = 0.5;

    private readonly Dictionary<int, Guid> _backups = [];

    /// <summary>The name of the mean AUC of the days that follow.</summary>
    public static string Auc(int? hours) => hours is null ? "AUC, nothing lost" : $"AUC, snapshot every {hours} h";

    /// <summary>The name of the mean number of events lost.</summary>
    public static string Lost(int hours) => $"events lost, snapshot every {hours} h";

    /// <summary>The name of the number of days whose predictions differ, by any bit, where the events are replayed.</summary>
    public const string Different = "days that differ after a replay";

    /// <summary>Runs it.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var plan = new LossPlan(rows.Log, UndisturbedShare, model.BatchSize, model.Seed);
        using var scratch = new ScratchFolder(options.Scratch);
        var backups = scratch.NewStore();
        await CommitAsync(scratch.NewStore(), backups, plan.Snapshots, cancellationToken);
        var (areas, different) = (LossPlan.Hours.Prepend(0).ToDictionary(hours => hours, _ => new List<double>()), 0);
        Dictionary<int, ScoreLog> undisturbed = [];
        foreach (var loss in plan.Losses)
        {
            var left = await StateAsync(scratch, backups, loss, cancellationToken);
            var scores = await GoOnAsync(left, loss, plan.EndOfDayBehind(loss), isReplayed: false, cancellationToken);
            areas[loss.Hours ?? 0].Add(scores.Auc(0));
            if (loss.Hours is null) undisturbed[loss.At] = scores;
            if (loss.Hours != LossPlan.Hours[^1]) continue;
            left = await StateAsync(scratch, backups, loss, cancellationToken);
            var replayed = await GoOnAsync(left, loss, plan.EndOfDayBehind(loss), isReplayed: true, cancellationToken);
            if (!replayed.HasSameBits(undisturbed[loss.At])) different++;
        }
        return Figures(plan, areas, different);
    }

    private static Dictionary<string, double> Figures(LossPlan plan, Dictionary<int, List<double>> areas, int different)
    {
        var figures = new Dictionary<string, double> { [Auc(null)] = areas[0].Average(), [Different] = different };
        foreach (var hours in LossPlan.Hours)
        {
            figures[Auc(hours)] = areas[hours].Average();
            figures[Lost(hours)] = plan.Losses.Where(loss => loss.Hours == hours).Average(loss => loss.At - loss.Left);
        }
        return figures;
    }

    private async Task CommitAsync(
        SnapshotStore store, SnapshotStore backups, IReadOnlyList<int> places, CancellationToken cancellationToken)
    {
        await using var learner = CreateLearner(store, [.. Enumerable.Range(0, rows.Log.Count)], null);
        foreach (var place in places)
        {
            await learner.LearnToAsync(place, cancellationToken);
            _backups[place] = (await SnapshotBackup.CreateAsync(store, backups, cancellationToken: cancellationToken)).Id;
        }
    }

    private async Task<SnapshotStore> StateAsync(
        ScratchFolder scratch, SnapshotStore backups, Loss loss, CancellationToken cancellationToken)
    {
        var store = scratch.NewStore();
        await SnapshotBackup.RestoreAsync(backups, store, _backups[loss.Left], cancellationToken: cancellationToken);
        return store;
    }

    // Learns on from what is left: the day behind the loss at once, or the events since the snapshot first.
    private async Task<ScoreLog> GoOnAsync(
        SnapshotStore store, Loss loss, int end, bool isReplayed, CancellationToken cancellationToken)
    {
        int[] before = [.. Enumerable.Range(0, isReplayed ? loss.At : loss.Left)];
        var scores = new ScoreLog();
        await using var learner = CreateLearner(store, [.. before, .. Enumerable.Range(loss.At, end - loss.At)], scores);
        await learner.LearnToAsync(before.Length, cancellationToken);
        scores.Clear();
        await learner.LearnToAsync(before.Length + end - loss.At, cancellationToken);
        return scores;
    }

    private Learner CreateLearner(SnapshotStore store, int[] places, ScoreLog? scores) =>
        new(rows, new EventSequence(places), new LearnerOptions
        {
            Model = model,
            Store = store,
            CommitAtEnd = scores is null,
            Scored = scores is null ? null : scores.Add,
        });
}
