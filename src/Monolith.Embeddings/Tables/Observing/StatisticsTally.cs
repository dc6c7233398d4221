using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Indexing;

namespace Monolith.Embeddings.Tables.Observing;

/// <summary>Adds up what the stripes of a table hold and what happened to them.</summary>
internal struct StatisticsTally
{
    public StripeCounters Counters;
    public DisplacementCounts Displacements;
    public long Rows, PendingIds, OverflowIds, Places, Growths;
    public EventTimeCounts EventTimes;
    public long RowBytes, IndexBytes, FilterBytes, HistoryBytes, LogBytes, OtherBytes;

    public readonly EmbeddingTableStatistics ToStatistics() => new()
    {
        Rows = Rows,
        PendingIds = PendingIds,
        Bytes = new TableBytes
        {
            Rows = RowBytes,
            Index = IndexBytes,
            Filter = FilterBytes,
            RemovalHistory = HistoryBytes,
            RemovalLog = LogBytes,
            Other = OtherBytes,
        },
        IndexPlaces = Places,
        IndexGrowths = Growths,
        OverflowIds = OverflowIds,
        Displacements = new IndexDisplacements
        {
            None = Displacements[0],
            One = Displacements[1],
            Two = Displacements[2],
            Three = Displacements[3],
            FourOrMore = Displacements[4],
        },
        Created = Counters.Created,
        Refused = Counters.Refused,
        Expired = Counters.Expired,
        Evicted = Counters.Evicted,
        Removed = Counters.Removed,
        Cleared = Counters.Cleared,
        DroppedGradients = Counters.DroppedGradients,
        NonFiniteGradients = Counters.NonFiniteGradients,
        NonFiniteUpdates = Counters.NonFiniteUpdates,
        NonFiniteValues = Counters.NonFiniteValues,
        ClampedEventTimes = EventTimes.Clamped,
        FutureEventTimes = EventTimes.Future,
        LateEventTimes = EventTimes.Late,
        ImplausibleEventTimes = EventTimes.Implausible,
        PrecisionOverflows = Counters.PrecisionOverflows,
        Lookups = Counters.LookedUp,
        Found = Counters.Found,
    };
}
