using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Metrics;

namespace Monolith.Embeddings.Tests.Training.Metrics;

/// <summary>What the meter records of how well items were ranked.</summary>
[NonParallelizable]
public class QualityMeterTests
{
    [Test]
    public void A_window_of_ranked_events_is_counted_and_its_means_told_by_k()
    {
        var metrics = new RankingMetrics(1, 2);
        metrics.Add([1, 2, 9]);
        metrics.AddCold();
        var measured = Measured(() =>
        {
            QualityMeter.EndWindow(metrics.Window());
            // Nothing was ranked, so that there is no mean.
            QualityMeter.EndWindow(new RankingMetrics(1).Window());
        });
        Assert.That(measured, Is.EqualTo(new[]
        {
            "ranked_events 3 kind=ranked", "ranked_events 1 kind=cold",
            "recall 0.25 k=1", "ndcg 0.25 k=1", "mrr 0.25 k=1",
            "recall 0.5 k=2", $"ndcg {metrics.Total().At[1].Ndcg:R} k=2", "mrr 0.375 k=2",
        }));
    }

    [Test]
    public void A_window_of_predictions_is_told_by_task_and_what_there_is_not_is_left_out()
    {
        var stream = ScoredStream.Of(StreamKind.Wide, 1, 100);
        var metrics = new ProgressiveMetrics(stream.Schema);
        metrics.Add(stream.Batch, stream.Logits);
        var window = metrics.Window(stream.Task);
        var measured = Measured(() =>
        {
            QualityMeter.EndWindow(metrics, stream.Schema);
            QualityMeter.EndWindow(new ProgressiveMetrics(stream.Schema), stream.Schema);
        });
        Assert.That(measured, Is.EqualTo(new[]
        {
            $"auc {window.Auc:R} task=y", $"log_loss {window.LogLoss:R} task=y", $"normalized_entropy {window.NormalizedEntropy:R} task=y",
            $"calibration {window.Calibration:R} task=y", $"calibration_error {window.ExpectedCalibrationError:R} task=y",
        }));
    }

    private static List<string> Measured(Action act)
    {
        const string prefix = "monolith.training.";
        string[] names = [.. new[]
        {
            TrainingInstruments.RankedEvents, TrainingInstruments.Recall, TrainingInstruments.Ndcg, TrainingInstruments.Mrr,
            TrainingInstruments.Auc, TrainingInstruments.LogLoss, TrainingInstruments.NormalizedEntropy, TrainingInstruments.Calibration,
            TrainingInstruments.CalibrationError,
        }.Select(shown => shown.Name)];
        var measured = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (names.Contains(instrument.Name)) own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, $"{value:R}", tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, $"{value}", tags));
        listener.Start();
        act();
        return measured;

        void Note(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => measured.Add(
            $"{instrument.Name[prefix.Length..]} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
    }
}
