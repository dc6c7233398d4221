using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training.Metrics;

/// <summary>Tells the meter, a window each, how well trainers predicted and ranked. Thread-safe.</summary>
internal static class QualityMeter
{
    private static readonly Counter<long> RankedEvents = EmbeddingMeter.Counter<long>(TrainingInstruments.RankedEvents);
    private static readonly Gauge<double> Recall = EmbeddingMeter.Gauge(TrainingInstruments.Recall);
    private static readonly Gauge<double> Ndcg = EmbeddingMeter.Gauge(TrainingInstruments.Ndcg);
    private static readonly Gauge<double> Mrr = EmbeddingMeter.Gauge(TrainingInstruments.Mrr);

    private static readonly Gauge<double> Auc = EmbeddingMeter.Gauge(TrainingInstruments.Auc);
    private static readonly Gauge<double> LogLoss = EmbeddingMeter.Gauge(TrainingInstruments.LogLoss);
    private static readonly Gauge<double> NormalizedEntropy = EmbeddingMeter.Gauge(TrainingInstruments.NormalizedEntropy);
    private static readonly Gauge<double> Calibration = EmbeddingMeter.Gauge(TrainingInstruments.Calibration);
    private static readonly Gauge<double> CalibrationError = EmbeddingMeter.Gauge(TrainingInstruments.CalibrationError);

    /// <summary>Tells of a window of predictions that has ended.</summary>
    public static void EndWindow(ProgressiveMetrics metrics, FeatureSchema schema)
    {
        if (!LogLoss.Enabled && !Auc.Enabled && !NormalizedEntropy.Enabled && !Calibration.Enabled && !CalibrationError.Enabled) return;
        foreach (var task in schema.Tasks)
        {
            var (window, tag) = (metrics.Window(task), KeyValuePair.Create(InstrumentTags.Task, (object?)task.Name));
            Record(Auc, window.Auc, tag);
            Record(LogLoss, window.LogLoss, tag);
            Record(NormalizedEntropy, window.NormalizedEntropy, tag);
            Record(Calibration, window.Calibration, tag);
            Record(CalibrationError, window.ExpectedCalibrationError, tag);
        }
    }

    /// <summary>Tells of a window of ranked events that has ended.</summary>
    public static void EndWindow(RankingSummary window)
    {
        Count("ranked", window.Events - window.ColdEvents);
        Count("cold", window.ColdEvents);
        if (window.Events == 0) return;
        foreach (var at in window.At)
        {
            var k = KeyValuePair.Create(InstrumentTags.K, (object?)at.K);
            Recall.Record(at.Recall, k);
            Ndcg.Record(at.Ndcg, k);
            Mrr.Record(at.Mrr, k);
        }
    }

    // Where there was nothing to measure, nothing is recorded.
    private static void Record(Gauge<double> gauge, double value, KeyValuePair<string, object?> tag)
    {
        if (double.IsFinite(value)) gauge.Record(value, tag);
    }

    private static void Count(string kind, long events)
    {
        if (events > 0) RankedEvents.Add(events, KeyValuePair.Create(InstrumentTags.Kind, (object?)kind));
    }
}
