using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>What one table may take of its set's memory. Thread-safe.</summary>
/// <param name="Account">Pays for its memory.</param>
/// <param name="Pool">Gives rows and index their memory.</param>
/// <param name="Plan">Into how many stripes and how large chunks it is cut.</param>
/// <param name="Rows">The rows that fit.</param>
/// <param name="Pending">The ids that its filter may count: 0 where there is no filter, and all where its memory does not grow with them.</param>
/// <param name="FilterMaps">How many maps its filter should count ids in; not dependent on how many stripes there are.</param>
/// <param name="History">How much of the recent past its stripes remember.</param>
/// <param name="MostLogBytes">How much the log of removals may take that delta snapshots need.</param>
internal sealed record TableResources(MemoryAccount Account, PagePool Pool, StripePlan Plan, RowQuota Rows, Quota Pending, int FilterMaps, HistorySizes History, long MostLogBytes)
{
    /// <summary>Whether the filter must ask for room before it counts an id.</summary>
    public bool BoundsPending => Pending.Limit is > 0 and < long.MaxValue;
}
