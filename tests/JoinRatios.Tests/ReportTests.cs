using Measuring;

namespace JoinRatios.Tests;

/// <summary>The program in small: each result is there, and those that no clock decides are what they are to be.</summary>
public class ReportTests
{
    private static readonly JoinSettings _small = new(JoinSettings.FewestOpen, "", Path.GetTempPath());

    [Test]
    public void A_joiner_with_open_impressions_is_measured()
    {
        var report = new Report();
        OpenImpressions.Run(_small, report);
        Assert.That(report.Values.Keys, Is.SupersetOf(new[]
        {
            "fill.impressions_per_second", "memory.above_trainer_mb", "memory.of_the_joiner_mb", "memory.disk_mb",
            "memory.open_impressions",
        }));
        Assert.That(report.Values["fill.impressions_per_second"], Is.Positive);
        Assert.That(report.Values["memory.of_the_joiner_mb"], Is.Positive);
        Assert.That(report.Values.Keys.Any(name => name.StartsWith("join", StringComparison.Ordinal)));
    }

    [Test]
    public void Commits_are_as_long_as_what_is_new()
    {
        var report = new Report();
        CommitBytes.Run(_small, report);
        Assert.That(report.Values["commit.bytes_per_impression"], Is.InRange(100, 1000));
        Assert.That(report.Values["commit.of_three_times_as_many_vs_once"], Is.InRange(0.5, 1.5), "few impressions: heads count");
        Assert.That(Directory.GetDirectories(_small.Folder, $"join-ratios-{Environment.ProcessId}"), Is.Empty, "taken away");
    }

    [Test]
    public void Too_few_impressions_are_refused()
    {
        Assert.That(_small.Error, Is.Null);
        Assert.That((_small with { Open = JoinSettings.FewestOpen - 1 }).Error, Does.Contain("--open"));
    }
}
