using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training;

/// <summary>Receives a batch together with what the model predicted for it before learning from it.</summary>
/// <param name="examples">The batch; valid during the call alone.</param>
/// <param name="logits">The logits without offsets, as they would be served, [rows, tasks]; valid during the call alone.</param>
public delegate void ScoredBatchHandler(ExampleBatch examples, ReadOnlySpan<float> logits);
