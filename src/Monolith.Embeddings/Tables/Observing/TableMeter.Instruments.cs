using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Tables.Observing;

internal static partial class TableMeter
{
    private static void AddInstruments()
    {
        Show(TableInstruments.Rows, s => s.Rows);
        Show(TableInstruments.Memory, InstrumentTags.Kind,
            ("rows", s => s.Bytes.Rows), ("index", s => s.Bytes.Index), ("filter", s => s.Bytes.Filter),
            ("removal_history", s => s.Bytes.RemovalHistory), ("removal_log", s => s.Bytes.RemovalLog), ("other", s => s.Bytes.Other));
        Show(TableInstruments.PendingIds, s => s.PendingIds);
        Show(TableInstruments.IndexPlaces, s => s.IndexPlaces);
        Show(TableInstruments.LoadFactor, s => s.LoadFactor);
        Show(TableInstruments.IndexGrowths, s => s.IndexGrowths);
        Show(TableInstruments.OverflowIds, s => s.OverflowIds);
        Show(TableInstruments.Insertions, InstrumentTags.Moves,
            ("0", s => s.Displacements.None), ("1", s => s.Displacements.One), ("2", s => s.Displacements.Two),
            ("3", s => s.Displacements.Three),
            ("4+", s => s.Displacements.FourOrMore));
        Show(TableInstruments.CreatedRows, s => s.Created);
        Show(TableInstruments.RemovedRows, InstrumentTags.Cause,
            ("expired", s => s.Expired), ("evicted", s => s.Evicted), ("removed", s => s.Removed), ("cleared", s => s.Cleared));
        Show(TableInstruments.RefusedIds, s => s.Refused);
        Show(TableInstruments.DroppedGradients, s => s.DroppedGradients);
        Show(TableInstruments.NonFiniteGradients, s => s.NonFiniteGradients);
        Show(TableInstruments.NonFiniteUpdates, s => s.NonFiniteUpdates);
        Show(TableInstruments.NonFiniteValues, s => s.NonFiniteValues);
        Show(TableInstruments.ClampedEventTimes, s => s.ClampedEventTimes);
        Show(TableInstruments.FutureEventTimes, s => s.FutureEventTimes);
        Show(TableInstruments.LateEventTimes, s => s.LateEventTimes);
        Show(TableInstruments.ImplausibleEventTimes, s => s.ImplausibleEventTimes);
        Show(TableInstruments.PrecisionOverflows, s => s.PrecisionOverflows);
        Show(TableInstruments.LookedUpIds, s => s.Lookups);
        Show(TableInstruments.FoundIds, s => s.Found);
        Show(TableInstruments.HitRate, s => s.HitRate);
    }
}
