namespace Monolith.Embeddings.Tables.Ranges;

/// <summary>The next run of a batch, and whether there is room for all that it may create, or for nothing.</summary>
/// <param name="Length">How many ids.</param>
/// <param name="HasRows">Whether absent ids may get rows.</param>
/// <param name="HasCounts">Whether ids may come to be counted.</param>
internal readonly record struct BatchRun(int Length, bool HasRows, bool HasCounts);
