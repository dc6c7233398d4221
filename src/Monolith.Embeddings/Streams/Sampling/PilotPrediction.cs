using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Predicts a batch that is to be sampled, by a pilot model: one that is there already, and need not be good. Called on one thread at a
/// time, before anything learns from the batch. It must not change the batch.
/// </summary>
/// <param name="examples">The examples.</param>
/// <param name="probabilities">
/// Receives p(x), the probability that the task is positive, [rows], 0 to 1; NaN where there is none: the example is then kept by the
/// uniform rates.
/// </param>
public delegate void PilotPrediction(ExampleBatch examples, Span<float> probabilities);
