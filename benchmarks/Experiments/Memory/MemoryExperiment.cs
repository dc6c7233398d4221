using System.Globalization;
using Experiments.Data;
using Experiments.Learning;
using Experiments.Reporting;
using Experiments.Trials;
using Monolith.Embeddings.Admission;
using Samples.Common;
using Scoring;

namespace Experiments.Memory;

/// <summary>Section 2.1: what rows cost, and what they are worth, by how often an id must occur first and how long its row lives.</summary>
/// <param name="log">The events.</param>
/// <param name="options">Seeds and sizes.</param>
internal sealed class MemoryExperiment(EventLog log, ExperimentOptions options) : LogExperiment(log, options)
{
    private const string All = "every id, for ever";

    private static readonly MemoryArm[] Arms =
    [
        new(All),
        .. new[] { 2, 5, 10 }.SelectMany(occurrences => new MemoryArm[]
        {
            new($"from occurrence {occurrences}, exact", occurrences, new ExactCounterOptions()),
            new($"from occurrence {occurrences}, sketch", occurrences, new SketchCounterOptions { Bytes = SketchCounterOptions.MinBytes }),
        }),
        new("a month after the last update", Days: 30),
        new("a week after the last update", Days: 7),
        new("a day after the last update", Days: 1),
    ];

    /// <inheritdoc />
    public override string Name => "memory";

    /// <inheritdoc />
    public override string Setup => $"{base.Setup}; uncounted {Options.UncountedShare}";

    /// <inheritdoc />
    public override IReadOnlyList<Trial> Trials() =>
        [.. Arms.SelectMany(arm => EachSeed(arm.Name, (seed, cancellation) => RunAsync(arm, seed, cancellation)))];

    /// <inheritdoc />
    public override ExperimentReport Report(ResultTable results)
    {
        var table = new MarkdownTable(
            $"Rows and bytes at the end of the stream, and the AUC online behind the first {Options.UncountedShare:P0} of the events; "
            + $"{Options.Seeds} seeds. "
            + "Bytes are all of the table's: rows, optimizer state, index, counters.",
            "who has a row", "rows", "most rows at once", "bytes", "counters", "AUC", "below every id by", "log-loss");
        foreach (var arm in Arms)
        {
            table.Add(arm.Name, Count(results, arm, "rows"), Count(results, arm, "most rows"), Size(results, arm, "bytes"),
                Size(results, arm, "counter bytes"), results.Of(arm.Name, "AUC").Format("F4"),
                arm.Name == All ? "-" : results.Difference(All, arm.Name, "AUC").FormatDifference(),
                results.Of(arm.Name, "log-loss").Format("F4"));
        }
        return new([table], new Dictionary<string, LinePlot> { ["memory"] = Plot(results) });
    }

    private async Task<IReadOnlyDictionary<string, double>> RunAsync(MemoryArm arm, ulong seed, CancellationToken cancellationToken)
    {
        const int Steps = 40;
        var (scores, most) = (new ScoreLog(), 0L);
        var model = Options.Model with { Seed = seed, MinOccurrences = arm.Occurrences, Counter = arm.Counter, TimeToLiveDays = arm.Days };
        var setup = new LearnerOptions { Model = model, Scored = scores.Add };
        await using var learner = new Learner(OwnRows, EventSequence.Of(.., Log.Count), setup);
        for (var step = 1; step <= Steps; step++)
        {
            await learner.LearnToAsync((int)((long)Log.Count * step / Steps), cancellationToken);
            most = Math.Max(most, learner.Tables.Count);
        }
        var first = (int)(Log.Count * Options.UncountedShare);
        return new Dictionary<string, double>
        {
            ["rows"] = learner.Tables.Count,
            ["most rows"] = most,
            ["bytes"] = learner.Tables.MemoryBytes,
            ["counter bytes"] = learner.Tables.Tables[0].GetStatistics().Bytes.Filter,
            ["AUC"] = scores.Auc(first),
            ["log-loss"] = scores.LogLoss(first),
        };
    }

    private LinePlot Plot(ResultTable results)
    {
        Series Line(string name, Func<MemoryArm, bool> belongs) => new(name,
        [
            .. Arms.Where(arm => arm.Name == All || belongs(arm))
                .Select(arm => (X: results.Of(arm.Name, "bytes").Mean / (1 << 20), Y: results.Of(arm.Name, "AUC")))
                .Select(point => (point.X, point.Y.Mean, point.Y.StandardError)).OrderBy(point => point.X),
        ]);
        return new LinePlot($"AUC online by memory: {Log.Description}", "MiB at the end of the stream", "AUC",
        [
            Line("fewest occurrences, exact", arm => arm.Counter is ExactCounterOptions),
            Line("fewest occurrences, sketch", arm => arm.Counter is SketchCounterOptions),
            Line("time to live", arm => arm.Days is not null),
        ]);
    }

    private static string Count(ResultTable results, MemoryArm arm, string figure) =>
        results.Of(arm.Name, figure).Mean.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(ResultTable results, MemoryArm arm, string figure) =>
        Bytes.Format((long)results.Of(arm.Name, figure).Mean);
}
