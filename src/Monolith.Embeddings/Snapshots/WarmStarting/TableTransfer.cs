using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Snapshots.WarmStarting;

/// <summary>Which table of a snapshot goes into which table of a set, and how. Immutable.</summary>
/// <param name="Source">The snapshot's table, by its place.</param>
/// <param name="Target">The set's table, by its place.</param>
/// <param name="Rows">What is taken of its rows.</param>
/// <param name="IsVerbatim">Whether records are taken as they stand in the file.</param>
internal sealed record TableTransfer(int Source, int Target, RowSource Rows, bool IsVerbatim);
