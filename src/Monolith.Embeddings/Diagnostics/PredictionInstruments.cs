using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of predictions, of replicas and of live predictors.</summary>
internal static class PredictionInstruments
{
    public static readonly InstrumentDescription Duration = new(
        Histogram, "monolith.prediction.duration", "s", "How long it took to predict the candidates of a request.")
    {
        Bounds = HistogramBounds.Answers,
    };

    public static readonly InstrumentDescription Candidates = new(
        Counter, "monolith.prediction.candidates", "{candidate}", "Candidates that were predicted.");

    public static readonly InstrumentDescription Ids = new(
        Counter, "monolith.prediction.ids", "{id}", "Distinct ids of requests, by table.");

    public static readonly InstrumentDescription UnknownIds = new(
        Counter, "monolith.prediction.unknown_ids", "{id}", "Distinct ids of requests that have no row, by table.");
}
