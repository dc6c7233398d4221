using System.Runtime.InteropServices;
using Experiments.Data;
using Experiments.Ids;

namespace Experiments.Learning;

/// <summary>
/// The rows of a log's events by a scheme: made once, and read by all trials, passes and copies; made each time where they do not fit
/// into memory. Immutable; used from any thread.
/// </summary>
internal sealed class LogRows
{
    // A gigabyte, at 16 bytes a row.
    private const int MostKept = 1 << 26;

    private readonly IdScheme _scheme;
    private readonly int[]? _ends;
    private readonly SlotValue[] _kept = [];

    /// <summary>Makes the rows.</summary>
    /// <param name="log">The events.</param>
    /// <param name="scheme">How their values become rows.</param>
    /// <param name="mostKept">How many rows are kept at most; all or none.</param>
    public LogRows(EventLog log, IdScheme scheme, int mostKept = MostKept)
    {
        (Log, _scheme) = (log, scheme);
        var (ends, values, rows) = (new int[log.Count], new List<SlotValue>(), new List<SlotValue>());
        for (var place = 0; place < log.Count; place++)
        {
            Add(place, values, rows);
            if (rows.Count > mostKept) return;
            ends[place] = rows.Count;
        }
        (_ends, _kept) = (ends, [.. rows]);
    }

    /// <summary>The events.</summary>
    public EventLog Log { get; }

    /// <summary>The rows of an event.</summary>
    /// <param name="place">Which event, from 0.</param>
    /// <param name="values">The caller's, overwritten.</param>
    /// <param name="rows">The caller's, overwritten; what is returned may lie in it.</param>
    public ReadOnlySpan<SlotValue> Of(int place, List<SlotValue> values, List<SlotValue> rows)
    {
        if (_ends is { } ends) return _kept.AsSpan((place == 0 ? 0 : ends[place - 1])..ends[place]);
        rows.Clear();
        Add(place, values, rows);
        return CollectionsMarshal.AsSpan(rows);
    }

    private void Add(int place, List<SlotValue> values, List<SlotValue> rows)
    {
        values.Clear();
        Log.ValuesOf(place, values);
        foreach (var value in values) _scheme.Add(value, rows);
    }
}
