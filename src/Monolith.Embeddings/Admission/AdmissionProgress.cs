using System.Diagnostics;

namespace Monolith.Embeddings.Admission;

/// <summary>How far an id without a row has come.</summary>
/// <param name="Occurrences">How often it was counted so far.</param>
/// <param name="Threshold">How many occurrences make a row.</param>
[DebuggerDisplay("{Occurrences} of {Threshold}")]
public readonly record struct AdmissionProgress(long Occurrences, long Threshold);
