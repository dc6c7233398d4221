namespace Monolith.Embeddings.Training.Schedules;

/// <summary>How far a trainer has come in its stream.</summary>
/// <param name="EventTime">The newest event time that is believed, in milliseconds since the Unix epoch; 0 before the first.</param>
/// <param name="Examples">Examples learned from.</param>
/// <param name="Batches">Batches learned from.</param>
internal readonly record struct StreamPoint(long EventTime, long Examples, long Batches);
