namespace BeforeAfter.Contract;

/// <summary>The table that a driver is to make: one segment, no filter, no expiry, the defaults for all else.</summary>
/// <param name="Dimension">Weights of a row.</param>
/// <param name="Rule">How rows learn.</param>
/// <param name="Folder">A folder of the table's own, which need not exist, for what it saves.</param>
public sealed record TablePlan(int Dimension, UpdateRule Rule, string Folder);
