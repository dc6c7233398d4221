using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Snapshots.WarmStarting;

/// <summary>Decides what of a snapshot's tables goes where in a set's.</summary>
internal sealed class WarmStartPlan
{
    private readonly WarmStartOptions _options;
    private readonly DroppedParts _drop;
    private readonly IReadOnlyList<TableDescription> _sources, _targets;

    private WarmStartPlan(IReadOnlyList<TableDescription> sources, IReadOnlyList<TableDescription> targets, WarmStartOptions options)
    {
        (_sources, _targets, _options, _drop) = (sources, targets, options, new DroppedParts(options.Drop));
    }

    /// <exception cref="SnapshotException">The tables differ in parts that are not dropped; names all of them.</exception>
    public static IReadOnlyList<TableTransfer> Make(ChainFiles chain, IReadOnlyList<TableDescription> targets, WarmStartOptions options)
    {
        var plan = new WarmStartPlan([.. chain.Tables.Select(t => t.Description)], targets, options);
        var transfers = plan.Pairs().Select(pair => plan.Transfer(pair.Source, pair.Target)).OfType<TableTransfer>().ToList();
        var errors = plan._drop.Errors.ToList();
        if (errors.Count == 0) return transfers;
        throw new SnapshotException(
            SnapshotFault.Mismatch, chain.Files[^1].Name, "tables that those of the set can start from", string.Join("; ", errors) + ".");
    }

    private IEnumerable<(int Source, int Target)> Pairs() => _options.Tables.Count > 0 ? NamedPairs() : PairsOfOneName();

    private IEnumerable<(int Source, int Target)> NamedPairs()
    {
        foreach (var (from, to) in _options.Tables)
        {
            var (source, target) = (Find(_sources, from), Find(_targets, to));
            if (source < 0) _drop.Refuse($"the snapshot has no table '{from}', only {Names(_sources)}");
            if (target < 0) _drop.Refuse($"the set has no table '{to}', only {Names(_targets)}");
            if (source >= 0 && target >= 0) yield return (source, target);
        }
    }

    private IEnumerable<(int Source, int Target)> PairsOfOneName()
    {
        foreach (var source in _sources.Where(s => Find(_targets, s.Name) < 0))
            _drop.Refuse(_drop.Know(source.Name), source.Name, $"the snapshot's table '{source.Name}' is none of the set");
        for (var target = 0; target < _targets.Count; target++)
        {
            var (name, source) = (_targets[target].Name, Find(_sources, _targets[target].Name));
            if (source >= 0) yield return (source, target);
            else _drop.Refuse(_drop.Know(name), name, $"the set's table '{name}' is none of the snapshot");
        }
    }

    // Null where the table is dropped as a whole.
    private TableTransfer? Transfer(int source, int target)
    {
        var (from, to) = (_sources[source], _targets[target]);
        var isDropped = _drop.Know(to.Name);
        if (from.IdsCarrySlots != to.IdsCarrySlots)
            _drop.Refuse(isDropped, to.Name,
                $"table '{to.Name}': IdsCarrySlots is {from.IdsCarrySlots} in the snapshot and {to.IdsCarrySlots} in the set");
        var segments = new SegmentFit(from, to, _options.WithOptimizerState, isDropped, _drop).Origins();
        var keepsFrequency = Tracks(
            isDropped, $"{to.Name}/frequency", "counts of occurrences", from.Frequency, to.Frequency, FrequencyColumn.None);
        var keepsAdmissionTime = Tracks(
            isDropped, $"{to.Name}/admission-time", "TrackAdmissionTime", from.TracksAdmissionTime, to.TracksAdmissionTime, false);
        if (isDropped) return null;
        var rows = new RowSource(
            from.Layout, !_options.FromServingFiles, from.NewestEventTime, segments, keepsFrequency, keepsAdmissionTime);
        return new TableTransfer(source, target, rows, IsVerbatim(from, to, rows));
    }

    private bool Tracks<T>(bool isTableDropped, string part, string what, T source, T target, T none)
    {
        var isDropped = _drop.Know(part) || isTableDropped;
        if (!_options.WithOptimizerState) return false;
        var isSame = EqualityComparer<T>.Default.Equals(source, target);
        if (!isSame) _drop.Refuse(isDropped, part, $"'{part}': {what} {source} in the snapshot and {target} in the set");
        return isSame && !isDropped && !EqualityComparer<T>.Default.Equals(source, none);
    }

    private static bool IsVerbatim(TableDescription from, TableDescription to, RowSource rows) =>
        rows.HasAll
        && (from.Frequency, from.TracksAdmissionTime) == (to.Frequency, to.TracksAdmissionTime)
        && from.Segments.Select(s => s.Shape).SequenceEqual(to.Segments.Select(s => s.Shape))
        && rows.Segments.Select((origin, i) => origin == new SegmentOrigin(i, true)).All(isSame => isSame)
        && rows.KeepsFrequency == (to.Frequency != FrequencyColumn.None) && rows.KeepsAdmissionTime == to.TracksAdmissionTime;

    private static int Find(IReadOnlyList<TableDescription> tables, string name)
    {
        for (var i = 0; i < tables.Count; i++)
        {
            if (tables[i].Name == name) return i;
        }
        return -1;
    }

    private static string Names(IReadOnlyList<TableDescription> tables) => string.Join(", ", tables.Select(t => $"'{t.Name}'"));
}
