using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of two versions side by side.</summary>
internal static class CanaryInstruments
{
    public static readonly InstrumentDescription Requests = new(
        Counter, "monolith.canary.requests", "{request}", "Requests that an arm answered.");

    public static readonly InstrumentDescription Candidates = new(
        Counter, "monolith.canary.candidates", "{candidate}", "Candidates that an arm scored.");

    public static readonly InstrumentDescription Failures = new(
        Counter, "monolith.canary.failures", "{failure}", "Predictions of an arm that threw.");

    public static readonly InstrumentDescription Labels = new(
        Counter, "monolith.canary.labels", "{label}", "Labels that were reported to an arm, by task.");

    public static readonly InstrumentDescription Score = new(
        Gauge, "monolith.canary.score", "1", "The mean probability that an arm predicted since its figures were cleared, by task.");

    public static readonly InstrumentDescription LogLoss = new(
        Gauge, "monolith.canary.log_loss", "1", "The mean log-loss of what was reported to an arm, in nats, by task.");

    public static readonly InstrumentDescription Calibration = new(
        Gauge, "monolith.canary.calibration", "1", "Predictions over labels of what was reported to an arm, by task.");
}
