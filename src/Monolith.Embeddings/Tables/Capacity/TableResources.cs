using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>What one table may take of its set's memory. Thread-safe.</summary>
internal sealed class TableResources
{
    /// <summary>Pays for its memory.</summary>
    public required MemoryAccount Account { get; init; }

    /// <summary>Gives rows and index their memory.</summary>
    public required PagePool Pool { get; init; }

    /// <summary>Into how many stripes and how large chunks it is cut.</summary>
    public required StripePlan Plan { get; init; }

    /// <summary>The ids that are its own.</summary>
    public required IdRange Range { get; init; }

    /// <summary>Whether a coordinator knows all ranges, and says what depends on them.</summary>
    public required bool IsPart { get; init; }

    /// <summary>The rows that fit.</summary>
    public required RowQuota Rows { get; init; }

    /// <summary>
    /// The ids that its filter may count: 0 where there is no filter, and all where its memory does not grow with them.
    /// </summary>
    public required Quota Pending
    {
        get;
        init => (field, BoundsPending) = (value, value.Limit is > 0 and < long.MaxValue);
    }

    /// <summary>How many maps its filter should count ids in; not dependent on how many stripes there are.</summary>
    public required int FilterMaps { get; init; }

    /// <summary>How much of the recent past its stripes remember.</summary>
    public required HistorySizes History { get; init; }

    /// <summary>How much the log of removals may take that delta snapshots need.</summary>
    public required long MostLogBytes { get; init; }

    /// <summary>Whether the filter must ask for room before it counts an id.</summary>
    public bool BoundsPending { get; private init; }

    /// <summary>Into how many stripes of this size all ids would be cut.</summary>
    public int AllStripes => Plan.Stripes * Range.Count;

    /// <summary>The place of the first stripe among <see cref="AllStripes"/>.</summary>
    public int FirstStripe => Plan.Stripes * Range.Index;
}
