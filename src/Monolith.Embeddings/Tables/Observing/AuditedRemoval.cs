namespace Monolith.Embeddings.Tables.Observing;

/// <summary>A removal that is to be kept with the commits.</summary>
/// <param name="Number">Which one it is of all that were audited, from 1.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Policy">The name of the policy that chose the row; null where the caller removed it.</param>
/// <param name="Row">The row, and when and why it was removed.</param>
internal readonly record struct AuditedRemoval(long Number, string Table, string? Policy, RemovedRow Row);
