namespace BeforeAfter.Contract;

/// <summary>
/// The trainer that a driver is to make: a DeepFM on one thread over slots of one id each, half of them in each of two tables, whose rows
/// have a bias under FTRL and a vector under Adagrad; nothing is read ahead, saved or evicted.
/// </summary>
/// <param name="Slots">How many slots, an even number.</param>
/// <param name="Dimension">Weights of a row's vector.</param>
/// <param name="Hidden">The widths of the hidden layers.</param>
/// <param name="BatchSize">Examples of a batch.</param>
public sealed record TrainerPlan(int Slots, int Dimension, IReadOnlyList<int> Hidden, int BatchSize);
