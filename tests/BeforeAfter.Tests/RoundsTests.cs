using BeforeAfter.Contract;
using BeforeAfter.Versions;
using Measuring;
using Programs.Tests;

namespace BeforeAfter.Tests;

/// <summary>The version that the tests were built with, against itself.</summary>
[NonParallelizable]
public class RoundsTests
{
    private static readonly string Driver = Path.Combine(AppContext.BaseDirectory, "BeforeAfter.Driver.dll");

    [Test]
    public void Each_load_has_a_core_of_its_own_and_the_contract_in_common()
    {
        var (one, other) = (VersionContext.Load(Driver), VersionContext.Load(Driver));
        Assert.That(one, Is.Not.TypeOf(other.GetType()));
        var plan = new TablePlan(8, UpdateRule.Adagrad, Folder: "");
        using ITableDriver first = one.CreateTable(plan), second = other.CreateTable(plan);
        var cores = AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == "Monolith.Embeddings");
        Assert.That(cores.Distinct().Count(), Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public void What_is_no_driver_is_named()
    {
        var path = typeof(IDriver).Assembly.Location;
        Assert.That(() => VersionContext.Load(path), Throws.TypeOf<UsageException>().With.Message.Contains(path));
    }

    [Test]
    public void Every_verb_is_measured_and_nothing_is_left_behind()
    {
        var folder = Directory.CreateTempSubdirectory("before-after-tests-").FullName;
        using var console = new CapturedConsole();
        var settings = new Settings("", "", null, null, Rows: 10_000, Dimension: 16, Rounds: 1, Filter: "", folder);
        var comparisons = new Rounds(settings, Driver, Driver).Run(CancellationToken.None);
        var report = new Report();
        foreach (var comparison in comparisons) comparison.Print(report);
        string[] verbs =
        [
            "lookup", "update.adagrad", "biased.lookup", "biased.update.adagrad", "half.lookup", "half.update.adagrad", "cached.lookup",
            "cached.update.sgd", "cached.update.adagrad", "cached.update.ftrl", "cached.update.adam", "trainer.batch", "save.full",
        ];
        Assert.That(Ending(report, ".noise").Select(value => value.Key), Is.EqualTo(verbs.Select(verb => verb + ".noise")));
        Assert.That(Ending(report, "_ns").Select(value => value.Value), Has.Exactly(2 * verbs.Length).Items.And.All.Positive);
        Assert.That(comparisons.Select(comparison => comparison.HasOtherAnswers), Is.All.False);
        Assert.That(Directory.EnumerateFileSystemEntries(folder), Is.Empty);
        Directory.Delete(folder);
    }

    [Test]
    public void Only_what_is_wanted_is_measured()
    {
        using var console = new CapturedConsole();
        var settings = new Settings("", "", null, null, Rows: 10_000, Dimension: 8, Rounds: 1, Filter: "look", Path.GetTempPath());
        Assert.That(new Rounds(settings, Driver, Driver).Run(CancellationToken.None), Has.Count.EqualTo(4));
    }

    private static IEnumerable<KeyValuePair<string, double>> Ending(Report report, string ending) =>
        report.Values.Where(value => value.Key.EndsWith(ending, StringComparison.Ordinal));
}
