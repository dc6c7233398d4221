namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>What an <see cref="IRecordFrame{TUnit}"/> found.</summary>
/// <param name="Length">The characters of the record, its line feed included; 0 where the text does not hold its end.</param>
/// <param name="IsOpen">Whether a quote is open at the end of the text.</param>
/// <param name="Problem">
/// Why the record cannot be one that goes over several lines, so that its first line alone is taken; null where it can.
/// </param>
internal readonly record struct RecordEnd(int Length, bool IsOpen = false, string? Problem = null);
