using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Lookup;

namespace Monolith.Embeddings.Training.Reading;

/// <summary>A batch that was read, lent to the trainer, and its distinct ids, found on the thread that read it.</summary>
/// <param name="Examples">The batch.</param>
/// <param name="Ids">Its ids; null where they are found when its turn comes.</param>
internal readonly record struct ReadBatch(ExampleBatch Examples, CollectedIds? Ids);
