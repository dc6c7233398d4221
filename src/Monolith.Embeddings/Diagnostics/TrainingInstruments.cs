using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of trainers.</summary>
internal static class TrainingInstruments
{
    public static readonly InstrumentDescription Examples = new(
        Counter, "monolith.training.examples", "{example}", "Examples learned from since the trainer was made.");

    public static readonly InstrumentDescription LostExamples = new(
        Counter, "monolith.training.lost_examples", "{example}",
        "Examples that were neither scored nor learned from, because their numbers are absurd.");

    public static readonly InstrumentDescription ReadWait = new(
        Counter, "monolith.training.read.wait", "s", "How long training waited for batches, also for one that has not come yet.");

    public static readonly InstrumentDescription BatchAge = new(
        Gauge, "monolith.training.batch.age", "s", "How long ago the last batch was learned from.");

    public static readonly InstrumentDescription EventTimeLag = new(
        Gauge, "monolith.training.event_time.lag", "s", "How far the newest event time is behind the clock.");

    public static readonly InstrumentDescription CommitAge = new(
        Gauge, "monolith.training.commit.age", "s", "How long ago the newest commit was made.");

    public static readonly InstrumentDescription Status = new(
        UpDownCounter, "monolith.training.status", "{trainer}", "1 for the status that the trainer has, 0 for each other.");

    public static readonly InstrumentDescription Divergences = new(
        Counter, "monolith.training.divergences", "{run}", "Runs that ended because the model diverged.");

    public static readonly InstrumentDescription EventTimes = new(
        Counter, "monolith.training.event_times", "{example}", "Examples whose event time was not what it should be, by kind.");

    public static readonly InstrumentDescription CommitFailures = new(
        Counter, "monolith.training.commit_failures", "{commit}", "Commits that failed, by kind of the failure.");

    public static readonly InstrumentDescription Publications = new(
        Counter, "monolith.training.publications", "{commit}",
        "Commits of trainers with a gate, by kind: published to replicas, or held back from them.");

    public static readonly InstrumentDescription PublicationHeld = new(
        Gauge, "monolith.training.publication.held", "1", "1 while the newest commit is held back from replicas, 0 while it is not.");

    public static readonly InstrumentDescription ChangedShare = new(
        Gauge, "monolith.training.publication.changed_share", "1",
        "The share of the probe set's scores that changed since the commit that replicas got last.");

    public static readonly InstrumentDescription SourceFailures = new(
        Counter, "monolith.training.source_failures", "{failure}", "How often a source threw, by what was done: tolerated, or given up.");

    public static readonly InstrumentDescription Schedules = new(
        Histogram, "monolith.training.schedule.duration", "s",
        "How long it took, each time, to do what a schedule says, by kind, and by table where it has a schedule of its own.")
    {
        Bounds = HistogramBounds.Work,
    };

    public static readonly InstrumentDescription RankedEvents = new(
        Counter, "monolith.training.ranked_events", "{event}", "Events whose item was ranked before it was learned, by kind.");

    public static readonly InstrumentDescription Recall = new(
        Gauge, "monolith.training.recall", "1", "Recall at k over the last window of ranked events.");

    public static readonly InstrumentDescription Ndcg = new(
        Gauge, "monolith.training.ndcg", "1", "NDCG at k over the last window of ranked events.");

    public static readonly InstrumentDescription Mrr = new(
        Gauge, "monolith.training.mrr", "1", "Mean reciprocal rank at k over the last window of ranked events.");

    public static readonly InstrumentDescription Auc = new(
        Gauge, "monolith.training.auc", "1", "The area under the ROC curve of the last window, before learning, by task.");

    public static readonly InstrumentDescription LogLoss = new(
        Gauge, "monolith.training.log_loss", "1", "The mean log-loss of the last window in nats, before learning, by task.");

    public static readonly InstrumentDescription NormalizedEntropy = new(
        Gauge, "monolith.training.normalized_entropy", "1",
        "Log-loss over that of always predicting the mean of the last window, by task.");

    public static readonly InstrumentDescription Calibration = new(
        Gauge, "monolith.training.calibration", "1", "Predictions over labels of the last window, by task.");

    public static readonly InstrumentDescription CalibrationError = new(
        Gauge, "monolith.training.calibration_error", "1", "The expected calibration error of the last window, by task.");
}
