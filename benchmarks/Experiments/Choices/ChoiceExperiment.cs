using Experiments.Data;
using Experiments.Learning;
using Experiments.Reporting;
using Experiments.Trials;
using Samples.Common;
using Scoring;

namespace Experiments.Choices;

/// <summary>
/// Chooses rates and sizes on the first part of a stream, from which no other experiment takes a figure: each candidate learns it online,
/// and what counts is the AUC on its second half.
/// </summary>
/// <param name="log">The events.</param>
/// <param name="options">Seeds and sizes.</param>
/// <param name="candidates">What is compared; null for all.</param>
internal sealed class ChoiceExperiment(EventLog log, ExperimentOptions options, IReadOnlyList<Candidate>? candidates = null)
    : LogExperiment(log, options)
{
    private const int MostSeeds = 3, RowsShown = 10;
    private const string Auc = "AUC";

    private readonly IReadOnlyList<Candidate> _candidates = candidates ?? Candidate.All;

    /// <inheritdoc />
    public override string Name => "choose";

    // Not the numbers that were chosen before, which it does not use.
    /// <inheritdoc />
    public override string Setup => $"{Data}; the first {Options.UncountedShare}; batch {Options.Model.BatchSize}";

    private int End => (int)(Log.Count * Options.UncountedShare);

    /// <inheritdoc />
    public override IReadOnlyList<Trial> Trials() =>
    [
        .. _candidates.SelectMany(candidate =>
            EachSeed(candidate.Name, (seed, cancellation) => RunAsync(candidate, seed, cancellation)).Take(MostSeeds)),
    ];

    /// <inheritdoc />
    public override ExperimentReport Report(ResultTable results)
    {
        var (best, chosen) = (Best(results), Choose(results));
        var table = new MarkdownTable(
            $"AUC online on events {End / 2:N0} to {End:N0}, {Math.Min(MostSeeds, Options.Seeds)} seeds, and what it is below the best, "
            + $"seed by seed. Chosen, as the cheapest that is not below the best by more than a standard error: {chosen.Name}.",
            "candidate", Auc, "below the best by");
        foreach (var candidate in _candidates.OrderByDescending(candidate => results.Of(candidate.Name, Auc).Mean).Take(RowsShown))
        {
            table.Add(candidate.Name + (candidate == chosen ? " (chosen)" : ""), results.Of(candidate.Name, Auc).Format("F4"),
                candidate == best ? "-" : results.Difference(best.Name, candidate.Name, Auc).FormatDifference());
        }
        return new([table], new Dictionary<string, LinePlot>());
    }

    /// <summary>The cheapest candidate that is not clearly below the best; of those that cost the same, the better.</summary>
    public Candidate Choose(ResultTable results)
    {
        var best = Best(results);
        return _candidates.Where(candidate => IsAsGood(results.Difference(best.Name, candidate.Name, Auc)))
            .OrderBy(candidate => candidate.Cost).ThenByDescending(candidate => results.Of(candidate.Name, Auc).Mean).First();
    }

    private static bool IsAsGood(Estimate below) => below.Mean <= below.StandardError;

    private Candidate Best(ResultTable results) => _candidates.MaxBy(candidate => results.Of(candidate.Name, Auc).Mean)!;

    private async Task<IReadOnlyDictionary<string, double>> RunAsync(Candidate candidate, ulong seed, CancellationToken cancellationToken)
    {
        var scores = new ScoreLog();
        var setup = new LearnerOptions { Model = candidate.Apply(Options.Model) with { Seed = seed }, Scored = scores.Add };
        await using var learner = new Learner(OwnRows, EventSequence.Of(..End, Log.Count), setup);
        await learner.LearnToAsync(End, cancellationToken);
        return new Dictionary<string, double> { [Auc] = scores.Auc(End / 2) };
    }
}
