namespace Monolith.Embeddings.Training;

/// <summary>
/// Training does more harm than good: dense weights are no longer finite, or too much is refused for its numbers. It is thrown before any
/// of that is committed, so that the newest commit is as good as it was.
/// </summary>
/// <param name="message">What was found, and what to do.</param>
public sealed class TrainingDivergedException(string message) : Exception(message);
