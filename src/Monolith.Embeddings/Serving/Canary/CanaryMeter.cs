using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Serving.Canary;

/// <summary>Shows the arms of every living pair as metrics. They are read when metrics are collected. Thread-safe.</summary>
internal static class CanaryMeter
{
    private static readonly LivingParts<CanaryArm> Arms = new();

    static CanaryMeter()
    {
        Show(CanaryInstruments.Requests, totals => totals.Requests);
        Show(CanaryInstruments.Candidates, totals => totals.Candidates);
        Show(CanaryInstruments.Failures, totals => totals.Failures);
        EmbeddingMeter.Observed(CanaryInstruments.Labels, () =>
            from arm in Arms.All()
            from task in arm.TotalLabels
            select new Measurement<long>(task.Value, [.. TagsOf(arm), KeyValuePair.Create(InstrumentTags.Task, (object?)task.Key)]));
        Show(CanaryInstruments.Score, task => task.MeanScore);
        Show(CanaryInstruments.LogLoss, task => task.LogLoss);
        Show(CanaryInstruments.Calibration, task => task.Calibration);
    }

    public static void Add(CanaryArm arm) => Arms.Add(arm);

    private static void Show(InstrumentDescription shown, Func<(long Requests, long Candidates, long Failures), long> read) =>
        EmbeddingMeter.Observed(shown, () => Arms.All().Select(arm => new Measurement<long>(read(arm.Totals), TagsOf(arm))));

    // What is no number is not there: nothing was predicted, or reported, since the figures were cleared.
    private static void Show(InstrumentDescription shown, Func<ArmTaskFigures, double> read) => EmbeddingMeter.Observed(shown, () =>
        from arm in Arms.All()
        from task in arm.Figures.Tasks
        let value = read(task)
        where double.IsFinite(value)
        select new Measurement<double>(value, [.. TagsOf(arm), KeyValuePair.Create(InstrumentTags.Task, (object?)task.Task)]));

    private static KeyValuePair<string, object?>[] TagsOf(CanaryArm arm) =>
    [
        KeyValuePair.Create(InstrumentTags.Replica, (object?)arm.Predictor.Name),
        KeyValuePair.Create(InstrumentTags.Arm, (object?)(arm.Number == 0 ? "main" : "canary")),
    ];
}
