using System.Globalization;
using Experiments.Reporting;
using Experiments.Trials;
using Samples.Common;

namespace Experiments.Freshness;

/// <summary>How old what is served is, by how often deltas are made, and what they cost: of training, and of the wire.</summary>
/// <param name="options">Where stores are made.</param>
internal sealed class FreshnessExperiment(ExperimentOptions options) : Experiment(options)
{
    private const int Repetitions = 3;
    private const string Day = "a day";

    private static readonly double[] Intervals = [60, 10, 1, 0.2];

    /// <inheritdoc />
    public override string Name => "freshness";

    /// <inheritdoc />
    public override string Data => "synthetic clicks of a million users and 200,000 items, DeepFM of dimension 16";

    /// <inheritdoc />
    public override string Setup => $"{Data}; {Environment.ProcessorCount} processors";

    /// <inheritdoc />
    public override bool MeasuresTime => true;

    /// <inheritdoc />
    public override IReadOnlyList<Trial> Trials() =>
    [
        .. Intervals.Reverse().SelectMany(seconds => Enumerable.Range(1, Repetitions).Select(repetition => new Trial(
            Fresh(seconds), (ulong)repetition,
            cancellation => new FreshnessTrial(TimeSpan.FromSeconds(seconds), Options.Scratch).RunAsync(cancellation)))),
        .. Intervals.Reverse().Where(seconds => seconds < 60).Select(seconds => new Trial(
            Slow(seconds), 1, cancellation => new SlowdownTrial(TimeSpan.FromSeconds(seconds), Options.Scratch).RunAsync(cancellation))),
        new(Day, 1, cancellation => new DayTrial(Options.Scratch).RunAsync(cancellation)),
    ];

    /// <inheritdoc />
    public override ExperimentReport Report(ResultTable results) => new(
        [AgeTable(results), CostTable(results), DayTable(results)],
        new Dictionary<string, LinePlot> { ["freshness"] = AgePlot(results) });

    private static LinePlot AgePlot(ResultTable results)
    {
        Series Line(string figure) => new(figure,
        [
            .. Intervals.Reverse().Index().Select(entry => (X: entry.Index, Y: results.Of(Fresh(entry.Item), figure), Seconds: entry.Item))
                .Select(point => ((double)point.X, point.Y.Mean / point.Seconds, point.Y.StandardError / point.Seconds)),
        ]);
        return new LinePlot("From an event to the weights that are served, at 5,000 events a second", "a delta every",
            "age, in intervals", [Line("p50"), Line("p99"), Line("longest")],
            [.. Intervals.Reverse().Index().Select(entry => ((double)entry.Index, $"{entry.Item} s"))]);
    }

    private static string Fresh(double seconds) => $"fresh, {seconds} s";

    private static string Slow(double seconds) => $"slow, {seconds} s";

    private static MarkdownTable AgeTable(ResultTable results)
    {
        var table = new MarkdownTable(
            "Seconds from an event to the weights that are served, at 5,000 events a second, trainer and replica in one process; "
            + "three runs of each.",
            "a delta every", "p50", "p99", "p99 less the interval", "longest");
        foreach (var seconds in Intervals)
        {
            table.Add($"{seconds} s", All(results, Fresh(seconds), "p50"), All(results, Fresh(seconds), "p99"),
                $"{results.Values(Fresh(seconds), "p99").Max() - seconds:F3} at most", All(results, Fresh(seconds), "longest"));
        }
        return table;
    }

    private static MarkdownTable CostTable(ResultTable results)
    {
        var table = new MarkdownTable(
            $"What deltas cost: training as fast as can be, with deltas over without, median of five rounds in turn; "
            + "bytes that replicas load "
            + $"for a changed row, whose id and weights take {FreshModel.PayloadBytes}.",
            "a delta every", "time of training", "changed rows a delta", "bytes a row", "over id and weights");
        foreach (var seconds in Intervals)
        {
            var bytes = results.Of(Fresh(seconds), "bytes a row").Mean;
            table.Add($"{seconds} s",
                seconds < 60 ? $"{results.Of(Slow(seconds), "time with deltas over without").Mean:F3}" : "not measured",
                $"{results.Of(Fresh(seconds), "rows a delta").Mean:N0}", $"{bytes:F1}",
                $"{bytes / FreshModel.PayloadBytes:F3}");
        }
        return table;
    }

    private static MarkdownTable DayTable(ResultTable results)
    {
        var table = new MarkdownTable(
            "A day of two million events, which replicas get by a delta a minute, or by a full snapshot an hour.", "by", "files", "bytes");
        table.Add("a delta a minute", $"{results.Of(Day, "deltas").Mean:N0}", Size(results, "bytes of deltas"));
        table.Add("a full snapshot an hour", $"{results.Of(Day, "full snapshots").Mean:N0}", Size(results, "bytes of full snapshots"));
        return table;
    }

    private static string All(ResultTable results, string arm, string figure) =>
        string.Join(", ", results.Values(arm, figure).Select(value => value.ToString("F3", CultureInfo.InvariantCulture)));

    private static string Size(ResultTable results, string figure) => Bytes.Format((long)results.Of(Day, figure).Mean);
}
