using Monolith.Embeddings.Features;

namespace DelayedFeedback.Tests;

/// <summary>The program in small: its tables are whole, and its figures near those that the definitions say.</summary>
public class ReportTests
{
    [Test]
    public void Each_mode_serves_what_its_definition_says_and_the_corrected_ones_the_truth()
    {
        using var writer = new StringWriter();
        var outcomes = Report.Steady(writer, Scenario.Clicks, 60_000, seed: 1, Emissions.Of);
        Assert.That(outcomes.Select(o => o.Mode), Is.EqualTo(Mode.All));
        // Few impressions, and so larger errors than those of the program; the delay model learns two outputs from them.
        foreach (var outcome in outcomes)
        {
            var error = outcome.Mode.Correction == FeedbackCorrection.DelayModel ? 0.25 : 0.06;
            Assert.That(Report.BiasOf(outcome), Is.EqualTo(Report.ExpectedBiasOf(outcome)).Within(error), outcome.Mode.Name);
        }
        foreach (var outcome in outcomes.Where(o => o.Mode.Correction != FeedbackCorrection.None))
            Assert.That(Report.ExpectedBiasOf(outcome), Is.EqualTo(1).Within(0.01), outcome.Mode.Name);
        var uncorrected = outcomes.Single(o => o.Mode is { Feedback: Feedback.FakeNegative, Correction: FeedbackCorrection.None });
        Assert.That(Report.ExpectedBiasOf(uncorrected), Is.InRange(0.8, 0.92), "p / (1 + p)");
        Assert.That(outcomes.Select(o => o.Auc(60)), Has.All.InRange(0.6, 0.8));
        var lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(Mode.All.Count + 3));
        Assert.That(lines.Skip(1).Select(line => line.Count(c => c == '|')).Distinct().ToArray(), Has.Length.EqualTo(1));
    }

    [Test]
    public void After_a_start_and_a_rise_early_positives_serve_too_much()
    {
        using var writer = new StringWriter();
        var outcomes = Report.Changing(writer, Scenario.Clicks, 60_000, seed: 2, Emissions.Of);
        var early = outcomes.Single(o => o.Mode.Name.StartsWith("early", StringComparison.Ordinal));
        var waiting = outcomes.Single(o => o.Mode.Name == "wait, long window");
        Assert.That(early.Bias(2, 15), Is.GreaterThan(1.2), "before the first negatives");
        Assert.That(early.Bias(31, 45), Is.GreaterThan(waiting.Bias(31, 45) + 0.05), "after the rise");
        Assert.That(waiting.Bias(20, 30), Is.EqualTo(1).Within(0.15));
        Assert.That(writer.ToString(), Does.Contain("| early positive, long window |").And.Not.Contain("NaN"));
    }
}
