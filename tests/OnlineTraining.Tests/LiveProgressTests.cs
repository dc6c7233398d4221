using Monolith.Embeddings.Training;
using OnlineTraining.Reporting;

namespace OnlineTraining.Tests;

public class LiveProgressTests
{
    [Test]
    public void In_a_terminal_one_line_is_rewritten_and_never_wraps([Values(20, 80, 200)] int width)
    {
        using var output = new StringWriter();
        var progress = new LiveProgress(output, width, "model");
        progress.Report(Progress(rows: 1_234_567_890));
        progress.Report(Progress(rows: 1));
        progress.Finish();
        var lines = output.ToString().TrimEnd().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines.Select(line => line.Length), Is.All.LessThan(width));
        Assert.That(output.ToString(), Does.EndWith(Environment.NewLine));
        Assert.That(output.ToString().Count(c => c == '\n'), Is.EqualTo(1));
    }

    [Test]
    public void Eighty_columns_hold_all_there_is_to_say_and_a_terminal_that_does_not_say_gets_it_too()
    {
        using var output = new StringWriter();
        new LiveProgress(output, 80, "model").Report(Progress(rows: 17));
        new LiveProgress(output, 0, "model").Report(Progress(rows: 17));
        var lines = output.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[0], Is.EqualTo("model 3,000 1,500/s AUC 0.7500 loss 0.5000 rows 17 2.0 KiB +20 -3"));
        Assert.That(lines[1], Does.EndWith("evicted 3"));
    }

    [Test]
    public void A_shorter_line_leaves_nothing_of_the_longer_one_behind()
    {
        using var output = new StringWriter();
        var progress = new LiveProgress(output, 200, "model");
        progress.Report(Progress(rows: 1_234_567_890));
        progress.Report(Progress(rows: 1));
        var lines = output.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[1], Has.Length.EqualTo(lines[0].Length));
    }

    [Test]
    public void In_a_pipe_each_report_is_a_line_with_all_there_is_to_say()
    {
        using var output = new StringWriter();
        var progress = new LiveProgress(output, null, "model");
        progress.Report(Progress(rows: 17));
        progress.Finish();
        Assert.That(output.ToString().TrimEnd(), Is.EqualTo(
            "model:     3,000 events      1,500/s  AUC 0.7500  log-loss 0.5000  rows 17  2.0 KiB  admitted 20  evicted 3"));
    }

    [Test]
    public void Where_the_number_of_events_is_known_it_says_how_far_it_is()
    {
        using var output = new StringWriter();
        new LiveProgress(output, 80, "model", count: 40_000).Report(Progress(rows: 17));
        new LiveProgress(output, null, "model", count: 40_000).Report(Progress(rows: 17));
        var lines = output.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[0], Does.StartWith("model 3,000 8 % 1,500/s AUC 0.7500").And.Contain("+20 -3model:     3,000 events    8 %  "));
    }

    private static TrainingProgress Progress(long rows)
    {
        var metrics = new MetricsSummary { Examples = 1000, Weight = 1000, PositiveRate = 0.3, Auc = 0.75, LogLoss = 0.5, Calibration = 1 };
        return new TrainingProgress
        {
            Examples = 3000,
            Steps = 30,
            Elapsed = TimeSpan.FromSeconds(2),
            ExamplesPerSecond = 1500,
            Window = metrics,
            Total = metrics,
            Rows = rows,
            MemoryBytes = 2048,
            Admitted = 20,
            Evicted = 3,
            NewestEventTime = DateTimeOffset.UnixEpoch,
            Position = default
        };
    }
}
