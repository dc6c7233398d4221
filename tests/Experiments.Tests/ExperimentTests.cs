using Experiments.Alternatives;
using Experiments.Choices;
using Experiments.Collisions;
using Experiments.Data;
using Experiments.Intervals;
using Experiments.Memory;
using Experiments.Reliability;
using Experiments.Reporting;
using Experiments.Trials;

namespace Experiments.Tests;

/// <summary>Each experiment on a small log of a known rule: which side is ahead, and that its tables and plots are made.</summary>
public class ExperimentTests
{
    private static readonly ExperimentOptions Options = new() { Seeds = 2, Epochs = 2 };

    [Test]
    public async Task Shared_rows_cost_and_the_more_the_more()
    {
        var results = await RunAsync(new CollisionExperiment(MadeUpRatings.Log(12_000), Options));
        foreach (var figure in new[] { "online", CollisionTrial.Epoch(2) })
        {
            var areas = new[] { "collisionless", "hashed, 25 %", "hashed, 80 %" }.Select(arm => results.Of(arm, figure).Mean);
            Assert.That(areas, Is.Ordered.Descending, figure);
        }
    }

    [Test]
    public async Task Fresh_copies_are_ahead_of_a_frozen_one()
    {
        var results = await RunAsync(new IntervalExperiment(MadeUpRatings.Log(6000), Options with { Seeds = 1 }));
        double Auc(int interval) => results.Of("live", IntervalTrial.Auc(100, RefreshInterval.All[interval])).Mean;
        Assert.That(Auc(0), Is.GreaterThan(Auc(3)), "every shard, every 50");
        Assert.That(Auc(3), Is.GreaterThan(Auc(5)), "every 50, never");
        // Ten shards of which each is ten of the hundred: one copy.
        Assert.That(results.Of("live", IntervalTrial.Auc(10, RefreshInterval.All[0])).Mean, Is.EqualTo(Auc(2)));
        // Which is ahead is not told by so few events.
        foreach (var days in IntervalTrial.DenseDays)
            Assert.That(results.Of("live", IntervalTrial.Auc(100, RefreshInterval.All[0], days)).Mean, Is.Not.EqualTo(Auc(0)), $"{days}");
        double Sent(int interval) => results.Of("traffic", TrafficTrial.Bytes(100, RefreshInterval.All[interval])).Mean;
        Assert.That(Sent(0), Is.GreaterThan(Sent(2)), "a row that changes twice is sent once");
    }

    [Test]
    public async Task What_is_lost_costs_and_a_replay_loses_nothing()
    {
        var results = await RunAsync(new ReliabilityExperiment(MadeUpRatings.Log(12_000), Options with { Seeds = 1 }));
        double Auc(int? hours) => results.Of("lost", ReliabilityTrial.Auc(hours)).Mean;
        Assert.That(Auc(168), Is.LessThan(Auc(null)));
        Assert.That(results.Of("lost", ReliabilityTrial.Lost(168)).Mean, Is.GreaterThan(results.Of("lost", ReliabilityTrial.Lost(1)).Mean));
        Assert.That(results.Values("lost", ReliabilityTrial.Different), Is.All.Zero);
    }

    [Test]
    public async Task Fewer_rows_cost_memory_and_accuracy()
    {
        var results = await RunAsync(new MemoryExperiment(MadeUpRatings.Log(8000), Options));
        string[] arms = ["every id, for ever", "from occurrence 5, exact", "from occurrence 10, exact"];
        Assert.That(arms.Select(arm => results.Of(arm, "rows").Mean), Is.Ordered.Descending);
        Assert.That(results.Of(arms[0], "AUC").Mean, Is.GreaterThan(results.Of(arms[2], "AUC").Mean));
        Assert.That(results.Of("a day after the last update", "most rows").Mean, Is.LessThan(results.Of(arms[0], "rows").Mean));
    }

    [Test]
    public async Task A_dictionary_learns_the_same_and_a_nightly_fit_less()
    {
        var results = await RunAsync(new AlternativesExperiment(MadeUpRatings.Log(6000), Options with { Seeds = 1 }));
        double Auc(string arm) => results.Of(arm, "AUC").Mean;
        Assert.That(Auc("the same DeepFM, rows in a dictionary"), Is.EqualTo(Auc("this library, online")).Within(0.01));
        // A row has 19 numbers in an array, and its place in the dictionary.
        var rows = 1500 + 1200 + 24;
        Assert.That(results.Of("the same DeepFM, rows in a dictionary", "bytes").Mean, Is.InRange(rows * 19 * 4 / 2, rows * 19 * 4 * 8));
        Assert.That(Auc("ML.NET, fitted each night"), Is.InRange(0.5, Auc("this library, online")));
    }

    [Test]
    public async Task Rates_are_chosen_on_the_first_part_alone()
    {
        Candidate[] candidates = [new(8, 32, 1e-6f, 1e-6f, 1e-6f), new(8, 64, 0.1f, 0.02f, 0.02f), new(8, 32, 0.1f, 0.02f, 0.02f)];
        var ratings = MadeUpRatings.Ratings(8000).ToArray();
        var others = ratings.Select((rating, place) => place < 1600 ? rating : rating with { Rating = 13 - rating.Rating });
        List<ResultTable> both = [];
        foreach (var log in new[] { new RatingsLog("made up", ratings, [], 8), new RatingsLog("made up", others, [], 8) })
            both.Add(await RunAsync(new ChoiceExperiment(log, Options, candidates)));
        foreach (var candidate in candidates)
            Assert.That(both[0].Values(candidate.Name, "AUC"), Is.EqualTo(both[1].Values(candidate.Name, "AUC")));
        Assert.That(both[0].Of(candidates[0].Name, "AUC").Mean, Is.LessThan(both[0].Of(candidates[1].Name, "AUC").Mean - 0.01));
    }

    [TestCase(0.7, 0.7005, 0)]
    [TestCase(0.7, 0.71, 1)]
    public void The_cheapest_that_is_not_clearly_worse_is_chosen(double small, double large, int chosen)
    {
        Candidate[] candidates = [new(4, 16, 0.1f, 0.1f, 0.1f), new(8, 32, 0.1f, 0.1f, 0.1f)];
        TrialResult Result(int candidate, ulong seed, double auc) =>
            new("", candidates[candidate].Name, seed, 0, new Dictionary<string, double> { ["AUC"] = auc });
        var results = new ResultTable([Result(0, 1, small), Result(0, 2, small), Result(1, 1, large - 0.001), Result(1, 2, large + 0.001)]);
        var experiment = new ChoiceExperiment(MadeUpRatings.Log(1000), Options, candidates);
        Assert.That(experiment.Choose(results), Is.EqualTo(candidates[chosen]));
    }

    [Test]
    public async Task One_seed_gives_the_same_figures_twice()
    {
        var log = MadeUpRatings.Log(4000);
        var trial = new CollisionExperiment(log, Options).Trials()[0];
        var (one, two) = (await trial.RunAsync(CancellationToken.None), await trial.RunAsync(CancellationToken.None));
        Assert.That(two, Is.EqualTo(one));
    }

    private static async Task<ResultTable> RunAsync(Experiment experiment)
    {
        List<TrialResult> done = [];
        foreach (var trial in experiment.Trials())
            done.Add(new TrialResult(experiment.Setup, trial.Arm, trial.Seed, 0, await trial.RunAsync(CancellationToken.None)));
        var results = new ResultTable(done);
        var report = experiment.Report(results);
        Assert.That(report.Tables, Is.Not.Empty);
        foreach (var table in report.Tables) Assert.That(table.ToString(), Does.Contain("|---|"));
        var folder = Directory.CreateTempSubdirectory();
        foreach (var (stem, plot) in report.Plots)
            Assert.That(plot.Save(folder.FullName, stem).Select(file => File.ReadAllText(file)), Is.All.Contains("<svg"));
        folder.Delete(recursive: true);
        return results;
    }
}
