namespace Monolith.Embeddings.Tests.Training;

/// <summary>What interrupts a run on purpose.</summary>
internal sealed class InterruptionException() : Exception("on purpose");
