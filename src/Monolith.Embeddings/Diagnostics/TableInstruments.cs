using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of a table.</summary>
internal static class TableInstruments
{
    public static readonly InstrumentDescription Rows = new(UpDownCounter, "monolith.table.row.count", "{row}", "Rows now.");

    public static readonly InstrumentDescription Memory = new(
        UpDownCounter, "monolith.table.memory", "By", "Memory now, by what it is for.");

    public static readonly InstrumentDescription PendingIds = new(
        UpDownCounter, "monolith.table.pending_id.count", "{id}", "Ids without a row that the admission filter counts now.");

    public static readonly InstrumentDescription IndexPlaces = new(
        UpDownCounter, "monolith.table.index.place.count", "{place}", "Places for rows that the index has now.");

    public static readonly InstrumentDescription LoadFactor = new(
        Gauge, "monolith.table.index.load_factor", "1", "Rows a place of the index.");

    public static readonly InstrumentDescription IndexGrowths = new(
        Counter, "monolith.table.index.growths", "{growth}", "How often the index of a stripe grew.");

    public static readonly InstrumentDescription OverflowIds = new(
        UpDownCounter, "monolith.table.index.overflow_id.count", "{id}", "Ids now that found no place in the index proper.");

    public static readonly InstrumentDescription Insertions = new(
        Counter, "monolith.table.index.insertions", "{row}", "New entries of the index, by how many others moved for them.");

    public static readonly InstrumentDescription CreatedRows = new(Counter, "monolith.table.created_rows", "{row}", "Rows created.");

    public static readonly InstrumentDescription RemovedRows = new(
        Counter, "monolith.table.removed_rows", "{row}", "Rows removed, by cause.");

    public static readonly InstrumentDescription RefusedIds = new(
        Counter, "monolith.table.refused_ids", "{id}", "How often an id was refused because the table was full.");

    public static readonly InstrumentDescription DroppedGradients = new(
        Counter, "monolith.table.dropped_gradients", "{gradient}", "Gradients dropped because their id had no row.");

    public static readonly InstrumentDescription NonFiniteGradients = new(
        Counter, "monolith.table.non_finite_gradients", "{gradient}", "Gradients skipped because they held NaN or an infinity.");

    public static readonly InstrumentDescription NonFiniteUpdates = new(
        Counter, "monolith.table.non_finite_updates", "{gradient}",
            "Gradients refused because a number of the row would have become infinite, or none.");

    public static readonly InstrumentDescription NonFiniteValues = new(
        Counter, "monolith.table.non_finite_values", "{row}",
            "Assigned, added, new and restored rows refused because a number of them was infinite, or none.");

    public static readonly InstrumentDescription ClampedEventTimes = new(
        Counter, "monolith.table.clamped_event_times", "{call}", "Calls whose event time led by too much and was taken as an earlier one.");

    public static readonly InstrumentDescription FutureEventTimes = new(
        Counter, "monolith.table.future_event_times", "{call}", "Calls whose event time was later than the clock allows.");

    public static readonly InstrumentDescription LateEventTimes = new(
        Counter, "monolith.table.late_event_times", "{call}", "Calls whose event time lay far behind the newest one.");

    public static readonly InstrumentDescription ImplausibleEventTimes = new(
        Counter, "monolith.table.implausible_event_times", "{call}", "Calls without an event time, or with one before 1980.");

    public static readonly InstrumentDescription PrecisionOverflows = new(
        Counter, "monolith.table.precision_overflows", "{row}",
        "Changes of rows dropped because the result did not fit the precision that rows are stored in.");

    public static readonly InstrumentDescription LookedUpIds = new(
        Counter, "monolith.table.looked_up_ids", "{id}", "Ids that lookups asked for.");

    public static readonly InstrumentDescription FoundIds = new(Counter, "monolith.table.found_ids", "{id}", "Ids that lookups found.");

    public static readonly InstrumentDescription HitRate = new(
        Gauge, "monolith.table.hit_rate", "1", "The share of looked up ids that were found, since the table was made.");
}
