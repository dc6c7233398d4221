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
            new IntervalTrial(Log, Options, Options.Model with { Seed = seed }).RunAsync(cancellation)),
        new(Traffic, 1, cancellation => new TrafficTrial(Log, Options, Options.Model).RunAsync(cancellation)),
    ];

    /// <inheritdoc />
    public override ExperimentReport Report(ResultTable results) => new(
        [AucTable(results), DenseTable(results), TrafficTable(results)],
        new Dictionary<string, LinePlot> { ["online-intervals"] = Plot(results) });

    private MarkdownTable AucTable(ResultTable results)
    {
        var table = new MarkdownTable(
            $"AUC on the live part, predicted by a serving copy before it is learned, and what it is above the copy "
            + "that is never refreshed; "
            + $"{Options.Seeds} seeds, mean ± standard error.",
            ["refreshed every",
                .. IntervalTrial.ShardCounts.SelectMany(shards => new[] { $"{shards} shards", "above frozen", "in seeds" })]);
        table.Add(["each batch (the learner)", .. IntervalTrial.ShardCounts.SelectMany(
            shards => Cells(results, shards, IntervalTrial.LearnerAuc(shards)))]);
        foreach (var interval in RefreshInterval.All)
        {
            table.Add([interval.Name, .. IntervalTrial.ShardCounts.SelectMany(
                shards => RefreshInterval.Within(shards).Contains(interval)
                    ? Cells(results, shards, IntervalTrial.Auc(shards, interval))
                    : ["-", "-", "-"])]);
        }
        return table;
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
        var table = new MarkdownTable(
            "The same with the dense weights sent once a day: what the AUC loses, seed by seed, by the interval of the rows.",
            ["rows refreshed every", .. IntervalTrial.ShardCounts.Select(shards => $"{shards} shards")]);
        foreach (var interval in RefreshInterval.All.Where(interval => interval.Shards is not null))
        {
            table.Add([interval.Name, .. IntervalTrial.ShardCounts.Select(shards => interval.Shards >= shards ? "-" : results.Difference(
                (Live, IntervalTrial.Auc(shards, interval)), (Live, IntervalTrial.Auc(shards, interval, isDenseDaily: true)))
                .FormatDifference())]);
        }
        return table;
    }

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
                : Bytes.Format((long)results.Of(Traffic, TrafficTrial.Bytes(shards, interval.Shards!.Value)).Mean))]);
        }
        return table;
    }

    private LinePlot Plot(ResultTable results)
    {
        Series Line(int shards) => new($"{shards} shards",
        [
            .. RefreshInterval.All.Index().Where(entry => RefreshInterval.Within(shards).Contains(entry.Item))
                .Select(entry => (X: entry.Index, Y: results.Of(Live, IntervalTrial.Auc(shards, entry.Item))))
                .Select(point => ((double)point.X, point.Y.Mean, point.Y.StandardError)),
        ]);
        return new LinePlot($"AUC by how often the serving copy is refreshed: {Log.Description}", "refreshed every", "AUC",
            [.. IntervalTrial.ShardCounts.Select(Line)],
            [.. RefreshInterval.All.Index().Select(entry => ((double)entry.Index, entry.Item.Name))]);
    }
}
