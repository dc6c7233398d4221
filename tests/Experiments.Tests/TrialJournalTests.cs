using Experiments.Trials;

namespace Experiments.Tests;

/// <summary>A run that was stopped goes on where it was.</summary>
public class TrialJournalTests
{
    private string _path = "";

    [SetUp]
    public void MakeFolder() => _path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "inside", "trials.jsonl");

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(_path))!, recursive: true);

    [Test]
    public async Task A_trial_is_run_once()
    {
        var runs = 0;
        Trial[] trials = [.. Enumerable.Range(1, 4).Select(seed => new Trial("arm", (ulong)seed, _ => Run(seed)))];
        await RunAsync(trials[..2]);
        await RunAsync(trials);
        Assert.That(runs, Is.EqualTo(4));
        var results = new TrialJournal(_path, "setup").Results;
        Assert.That(results.Select(result => result.Figures["figure"]).Order(), Is.EqualTo(new[] { 1.0, 2, 3, 4 }));

        Task<IReadOnlyDictionary<string, double>> Run(int seed)
        {
            Interlocked.Increment(ref runs);
            return Task.FromResult<IReadOnlyDictionary<string, double>>(new Dictionary<string, double> { ["figure"] = seed });
        }
    }

    [Test]
    public void A_line_that_was_cut_off_is_dropped()
    {
        var trial = new Trial("arm", 1, _ => throw new NotSupportedException());
        new TrialJournal(_path, "setup").Add(trial, 1, new Dictionary<string, double> { ["figure"] = double.NaN });
        File.AppendAllText(_path, "{\"Setup\":\"setup\",\"Arm\":\"ar");
        var journal = new TrialJournal(_path, "setup");
        Assert.That(journal.Has(trial));
        Assert.That(journal.Results[0].Figures["figure"], Is.NaN);
        journal.Add(trial with { Seed = 2 }, 1, new Dictionary<string, double>());
        Assert.That(new TrialJournal(_path, "setup").Results, Has.Count.EqualTo(2));
    }

    [Test]
    public void Results_of_another_setup_do_not_count()
    {
        var trial = new Trial("arm", 1, _ => throw new NotSupportedException());
        new TrialJournal(_path, "other data").Add(trial, 1, new Dictionary<string, double>());
        Assert.That(new TrialJournal(_path, "setup").Has(trial), Is.False);
        Assert.That(new TrialJournal(_path, "other data").Has(trial));
    }

    private Task RunAsync(Trial[] trials)
    {
        var journal = new TrialJournal(_path, "setup");
        var progress = new TrialProgress(TextWriter.Null, isTerminal: false, "test", trials.Length, trials.Count(journal.Has));
        return TrialRunner.RunAsync(trials, journal, progress, parallel: 2, CancellationToken.None);
    }
}
