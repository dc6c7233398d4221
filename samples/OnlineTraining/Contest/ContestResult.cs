using Monolith.Embeddings.Training;

namespace OnlineTraining.Contest;

/// <summary>How a contestant did.</summary>
/// <param name="Board">Its scores.</param>
/// <param name="Rows">The rows of its table at the end; null where it has none.</param>
/// <param name="Bytes">
/// The bytes of its rows: what the table takes, or for a table of fixed size, what its weights and optimizer state take; null where it has
/// none.
/// </param>
/// <param name="ExamplesPerSecond">How fast it went; null where it ran along with another.</param>
/// <param name="Profile">Where its time went; null where that was not measured.</param>
public sealed record ContestResult(
    ScoreBoard Board, long? Rows, long? Bytes, double? ExamplesPerSecond, TrainingProfile? Profile);
