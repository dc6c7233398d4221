namespace Experiments.Reliability;

/// <summary>A trainer's state is lost at an event, and what is left is of an earlier one.</summary>
/// <param name="At">The first event that the trainer had not learned when it was lost.</param>
/// <param name="Hours">How many hours of event time lie between two full snapshots; null where nothing is lost.</param>
/// <param name="Left">The first event that the newest full snapshot had not learned.</param>
internal sealed record Loss(int At, int? Hours, int Left);
