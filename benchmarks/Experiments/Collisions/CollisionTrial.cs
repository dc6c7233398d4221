using Experiments.Learning;
using Monolith.Embeddings.Serving;
using OnlineTraining.Contest;
using Scoring;

namespace Experiments.Collisions;

/// <summary>One scheme with one seed: several passes over a random part of the log, and once online.</summary>
/// <param name="rows">The events.</param>
/// <param name="options">Sizes, and the share of the log that no figure comes from.</param>
/// <param name="model">The model's numbers, with the seed.</param>
internal sealed class CollisionTrial(LogRows rows, ExperimentOptions options, ModelSettings model)
{
    /// <summary>Windows of the online part.</summary>
    public const int Windows = 20;

    private const double TestShare = 0.2;

    private int FirstCounted => (int)(rows.Log.Count * options.UncountedShare);

    /// <summary>The name of the figure of an epoch, from 1.</summary>
    public static string Epoch(int number) => $"epoch {number}";

    /// <summary>The name of the figure of a window, from 1.</summary>
    public static string Window(int number) => $"window {number}";

    /// <summary>Runs both parts.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        await LearnInEpochsAsync(figures, cancellationToken);
        await LearnOnlineAsync(figures, cancellationToken);
        return figures;
    }

    // The split and the order of each pass come from the seed, and so are those of the other schemes.
    private async Task LearnInEpochsAsync(Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        var random = new Random((int)model.Seed);
        bool[] isTest = [.. Enumerable.Range(0, rows.Log.Count).Select(place => random.NextDouble() < TestShare && place >= FirstCounted)];
        int[] test = [.. Enumerable.Range(0, rows.Log.Count).Where(place => isTest[place])];
        int[] training = [.. Enumerable.Range(0, rows.Log.Count).Where(place => !isTest[place])];
        List<int> passes = [];
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            random.Shuffle(training);
            passes.AddRange(training);
        }
        var setup = new LearnerOptions { Model = model };
        await using var learner = new Learner(rows, new EventSequence(passes), setup);
        var scorer = new EventScorer(rows, model);
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            await learner.LearnToAsync(epoch * training.Length, cancellationToken);
            await using var copy = await LivePredictor.OpenAsync(
                learner.Trainer, learner.CreateModel, cancellationToken: cancellationToken);
            var scores = new ScoreLog();
            scorer.Score(copy, test).AddTo(scores);
            figures[Epoch(epoch)] = scores.Auc(0);
        }
    }

    private async Task LearnOnlineAsync(Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        var scores = new ScoreLog();
        var setup = new LearnerOptions { Model = model, Scored = scores.Add };
        await using var learner = new Learner(rows, EventSequence.Of(.., rows.Log.Count), setup);
        await learner.LearnToAsync(rows.Log.Count, cancellationToken);
        figures["online"] = scores.Auc(FirstCounted);
        figures["rows"] = learner.Tables.Count;
        for (var window = 1; window <= Windows; window++)
        {
            var (from, to) = ((long)rows.Log.Count * (window - 1) / Windows, (long)rows.Log.Count * window / Windows);
            figures[Window(window)] = scores.Auc((int)from, (int)to);
        }
    }
}
