using Monolith.Embeddings.Features;

namespace OnlineTraining.Data;

/// <summary>A slot of a dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pooling">How several ids become one input.</param>
public readonly record struct SlotSpec(string Name, Pooling Pooling = Pooling.Sum);
