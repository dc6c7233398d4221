using Monolith.Embeddings.Admission;

namespace Experiments.Memory;

/// <summary>One rule of who gets a row, and for how long.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Occurrences">Which occurrence of an id creates its row.</param>
/// <param name="Counter">What counts before; null for exact counters.</param>
/// <param name="Days">Days of event time that a row lives after its last update; null: forever.</param>
internal sealed record MemoryArm(string Name, int Occurrences = 1, OccurrenceCounterOptions? Counter = null, double? Days = null);
