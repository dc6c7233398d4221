using Experiments.Data;
using Experiments.Reporting;
using Experiments.Trials;
using Samples.Common;

namespace Experiments.Intervals;

/// <summary>
/// Section 3.2.2: online training against a model that stays as the history left it, and how often the serving copy must be refreshed.
/// </summary>
/// <param name="log">The events.</param>
/// <param name="options">Seeds and sizes.</param>
internal sealed class IntervalExperiment(EventLog log, ExperimentOptions options) : LogExperiment(log, options)
{
    private const string Live = "live", Traffic = "traffic";

    private static RefreshInterval Never => RefreshInterval.All[^1];

    /// <inheritdoc />
    public override string Name => "online";

    /// <inheritdoc />
    public override IReadOnlyList<Trial> Trials() =>
    [
        .. EachSeed(Live, (seed, cancellation) =>
            new IntervalTrial(OwnRows, Options, Options.Model with { Seed = seed }).RunAsync(cancellation)),
        new(Traffic, 1, cancellation => new TrafficTrial(OwnRows, Options, Options.Model).RunAsync(cancellation)),
    ];

    /// <inheritdoc />
    public override ExperimentReport Report(ResultTable results) => new(
        [AucTable(results), DenseTable(results), TrafficTable(results)],
        new Dictionary<string, LinePlot> { ["online"] = Plot(results) });

    private MarkdownTable AucTable(ResultTable results)
    {
        var table = new MarkdownTable(
            $"AUC on the live part, predicted by a serving copy before it is learned, and what it is above the copy "
            + $"that is never refreshed; {Options.Seeds} seeds, mean ± standard error. "
            + $"The learner itself, which predicts each batch before it learns it: {LearnerText(results)}.",
            ["refreshed every",
                .. IntervalTrial.ShardCounts.SelectMany(shards => new[] { $"{shards} shards", "above frozen", "in seeds" })]);
        foreach (var interval in RefreshInterval.All)
        {
            table.Add([interval.Name, .. IntervalTrial.ShardCounts.SelectMany(
                shards => RefreshInterval.Within(shards).Contains(interval)
                    ? Cells(results, shards, IntervalTrial.Auc(shards, interval))
                    : ["-", "-", "-"])]);
        }
        return table;
    }

    private string LearnerText(ResultTable results)
    {
        var cells = Cells(results, IntervalTrial.Finest, IntervalTrial.LearnerAuc);
        return $"{cells[0]}, above frozen {cells[1]}, in {cells[2]} seeds";
    }

    private string[] Cells(ResultTable results, int shards, string figure)
    {
        var (own, frozen) = ((Live, figure), (Live, IntervalTrial.Auc(shards, Never)));
        return figure == IntervalTrial.Auc(shards, Never)
            ? [results.Of(Live, figure).Format("F4"), "-", "-"]
            : [results.Of(Live, figure).Format("F4"), results.Difference(own, frozen).FormatDifference(),
                $"{results.Wins(own, frozen)} of {Options.Seeds}"];
    }

    private static MarkdownTable DenseTable(ResultTable results)
    {
        var shards = IntervalTrial.Finest;
        var table = new MarkdownTable(
            $"{shards} shards: what the AUC loses, seed by seed, where the dense weights are sent less often than the rows.",
            ["rows refreshed every", .. IntervalTrial.DenseDays.Select(DenseName)]);
        foreach (var interval in RefreshInterval.All.Where(interval => interval.Shards is not null))
        {
            table.Add([interval.Name, .. IntervalTrial.DenseDays.Select(days => results.Difference(
                (Live, IntervalTrial.Auc(shards, interval)), (Live, IntervalTrial.Auc(shards, interval, days))).FormatDifference())]);
        }
        return table;
    }

    private static string DenseName(double days) => !double.IsFinite(days) ? "dense never" : days == 1 ? "dense daily" : "dense weekly";

    private static MarkdownTable TrafficTable(ResultTable results)
    {
        var full = results.Of(Traffic, TrafficTrial.FullBytes).Mean;
        var table = new MarkdownTable(
            $"Bytes sent to one serving copy over the live part, rows and dense weights; "
            + $"a full copy at its start has {Bytes.Format((long)full)}.",
            ["sent every", .. IntervalTrial.ShardCounts.Select(shards => $"{shards} shards")]);
        foreach (var interval in RefreshInterval.All.Where(interval => interval.Shards is not null))
        {
            table.Add([interval.Name, .. IntervalTrial.ShardCounts.Select(shards => interval.Shards >= shards
                ? "-"
                : Bytes.Format((long)results.Of(Traffic, TrafficTrial.Bytes(shards, interval)).Mean))]);
        }
        return table;
    }

    // What is served is as old as the share of the live part that goes by between two refreshes, however many shards there are.
    private LinePlot Plot(ResultTable results)
    {
        List<(string Name, string Figure)> places = [("batch", IntervalTrial.LearnerAuc)];
        places.AddRange(Figures().DistinctBy(entry => entry.Every).OrderBy(entry => entry.Every)
            .Select(entry => ($"{100 * entry.Every / IntervalTrial.Finest} %", entry.Figure)));
        places.Add(("never", IntervalTrial.Auc(IntervalTrial.Finest, Never)));
        var points = places.Index().Select(entry => (X: entry.Index, Y: results.Of(Live, entry.Item.Figure)));
        return new LinePlot($"AUC of what is served: {Log.Description}",
            "the serving copy is refreshed after each so much of the live part", "AUC",
            [new Series("serving copy", [.. points.Select(point => ((double)point.X, point.Y.Mean, point.Y.StandardError))])],
            [.. places.Index().Select(entry => ((double)entry.Index, entry.Item.Name))]);
    }

    private static IEnumerable<(int Every, string Figure)> Figures() =>
        from shards in IntervalTrial.ShardCounts
        from interval in RefreshInterval.Within(shards)
        where interval.Shards is not null
        select (interval.Times(shards, IntervalTrial.Finest).Every, IntervalTrial.Auc(shards, interval));
}
