using Monolith.Embeddings.Features;

namespace OnlineTraining.Data;

/// <summary>A slot of a dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pooling">How several ids become one input; <see cref="Pooling.None"/> for a sequence, the oldest step first.</param>
/// <param name="MaxIds">How many ids an event has there at most; to be said for a sequence.</param>
public readonly record struct SlotSpec(string Name, Pooling Pooling = Pooling.Sum, int MaxIds = int.MaxValue);
