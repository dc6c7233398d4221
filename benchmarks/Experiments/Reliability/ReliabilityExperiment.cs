using System.Globalization;
using Experiments.Data;
using Experiments.Reporting;
using Experiments.Trials;

namespace Experiments.Reliability;

/// <summary>Section 3.2.2: what a model loses where a trainer's state is lost, by how old the newest full snapshot is.</summary>
/// <param name="log">The events.</param>
/// <param name="options">Seeds and sizes.</param>
internal sealed class ReliabilityExperiment(EventLog log, ExperimentOptions options) : LogExperiment(log, options)
{
    private const string Arm = "lost";

    /// <inheritdoc />
    public override string Name => "reliability";

    /// <inheritdoc />
    public override IReadOnlyList<Trial> Trials() =>
    [
        .. EachSeed(Arm, (seed, cancellation) =>
            new ReliabilityTrial(OwnRows, Options, Options.Model with { Seed = seed }).RunAsync(cancellation)),
    ];

    /// <inheritdoc />
    public override ExperimentReport Report(ResultTable results)
    {
        var table = new MarkdownTable(
            $"The state is lost at {LossPlan.Times} random times of each of {Options.Seeds} seeds, and the trainer goes on from "
            + "the last full "
            + "snapshot without what came since; AUC of the day that follows, mean over times, ± standard error over seeds.",
            "a full snapshot every", "events lost", "AUC of the next day", "below nothing lost by", "in seeds");
        table.Add("nothing lost", "0", results.Of(Arm, ReliabilityTrial.Auc(null)).Format("F4"), "-", "-");
        foreach (var hours in LossPlan.Hours)
        {
            var (whole, lost) = ((Arm, ReliabilityTrial.Auc(null)), (Arm, ReliabilityTrial.Auc(hours)));
            table.Add($"{hours} h", results.Of(Arm, ReliabilityTrial.Lost(hours)).Mean.ToString("N0", CultureInfo.InvariantCulture),
                results.Of(Arm, lost.Item2).Format("F4"), results.Difference(whole, lost).FormatDifference(),
                $"{results.Wins(whole, lost)} of {Options.Seeds}");
        }
        var different = results.Values(Arm, ReliabilityTrial.Different).Sum();
        table.Add("any, with deltas and replay", "0", results.Of(Arm, ReliabilityTrial.Auc(null)).Format("F4"),
            different == 0 ? "0, every prediction has the same bits" : $"{different} days differ", "-");
        return new([table], new Dictionary<string, LinePlot> { ["reliability"] = Plot(results) });
    }

    private LinePlot Plot(ResultTable results) => new(
        $"What a loss costs on the day that follows: {Log.Description}", "a full snapshot every", "AUC below nothing lost",
        [
            new Series("goes on from the snapshot",
            [
                .. LossPlan.Hours.Index().Select(entry => (X: entry.Index, Y: results.Difference(
                    (Arm, ReliabilityTrial.Auc(null)), (Arm, ReliabilityTrial.Auc(entry.Item)))))
                    .Select(point => ((double)point.X, point.Y.Mean, point.Y.StandardError)),
            ]),
            new Series("with deltas and replay", [.. LossPlan.Hours.Index().Select(entry => ((double)entry.Index, 0.0, 0.0))]),
        ],
        [.. LossPlan.Hours.Index().Select(entry => ((double)entry.Index, $"{entry.Item} h"))]);
}
