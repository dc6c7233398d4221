using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables;

/// <summary>What one table may take of its set's memory. Thread-safe.</summary>
/// <param name="Account">Pays for its memory.</param>
/// <param name="Pool">Gives rows and index their memory.</param>
/// <param name="Plan">Into how many stripes and how large chunks it is cut.</param>
/// <param name="Rows">The rows that fit.</param>
/// <param name="Pending">The ids that its filter may count.</param>
/// <param name="History">How much of the recent past its stripes remember.</param>
internal sealed record TableRoom(MemoryAccount Account, PagePool Pool, StripePlan Plan, RowRoom Rows, Allowance Pending, HistorySizes History);
