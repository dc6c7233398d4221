namespace Monolith.Embeddings.Training.Observing;

/// <summary>What a store takes, in bytes.</summary>
/// <param name="Full">The newest full.</param>
/// <param name="Deltas">The deltas after it.</param>
/// <param name="Older">What is kept of older commits.</param>
/// <param name="Free">How much room there is; null where that is not known.</param>
internal readonly record struct StoreFigures(long Full, long Deltas, long Older, long? Free);
