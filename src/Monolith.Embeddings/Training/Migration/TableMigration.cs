using Monolith.Embeddings.Models;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.WarmStarting;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Fills the tables of the new schema from the files of the old one. Where it throws, the caller clears them.</summary>
/// <param name="chain">The old files.</param>
/// <param name="tables">The new tables, empty.</param>
/// <param name="names">Which parts of the schemas are the same.</param>
/// <param name="report">Receives a line for each table, segment and filter.</param>
internal sealed class TableMigration(ChainFiles chain, EmbeddingTableSet tables, MigrationNames names, List<MigratedPart> report)
{
    private readonly IReadOnlyList<TableDescription> _sources = [.. chain.Tables.Select(table => table.Description)];
    private readonly IReadOnlyList<TableDescription> _targets = TableDescriptions.Of(tables);

    /// <summary>Fills the tables.</summary>
    /// <exception cref="Snapshots.SnapshotException">A file was changed, or a weight does not fit the new precision.</exception>
    /// <exception cref="InsufficientMemoryException">There is no room for this many rows.</exception>
    public void Run(OnlineModel before, OnlineModel after, BlockPass pass, IProgress<Snapshots.SnapshotProgress>? progress)
    {
        var plans = Plan(new SegmentMigration(before, after, names));
        new TableWarmStart(tables, chain, pass, progress).Run([.. plans.Select(plan => plan.Transfer).OfType<TableTransfer>()]);
        foreach (var (target, transfer, parts) in plans)
        {
            var table = tables.Tables[target];
            report.Add(parts[0] with { Rows = table.Count, Bytes = table.Count * RowRecord.BytesOf(table.Rules.Layout) });
            report.AddRange(parts.Skip(1));
            MigrateFilter(table, _targets[target], transfer?.Source);
        }
        foreach (var source in _sources.Where(source => names.Tables.After(source.Name) is null))
            report.Add(PartOf(MigratedPartKind.Table, source.Name, MigrationOutcome.Dropped, "the new schema does not have it"));
    }

    private List<(int Target, TableTransfer? Transfer, List<MigratedPart> Parts)> Plan(SegmentMigration segments)
    {
        var plans = new List<(int, TableTransfer?, List<MigratedPart>)>();
        for (var target = 0; target < _targets.Count; target++)
        {
            var parts = new List<MigratedPart>();
            plans.Add((target, TransferTo(target, segments, parts), parts));
        }
        return plans;
    }

    private TableTransfer? TransferTo(int target, SegmentMigration segments, List<MigratedPart> parts)
    {
        var to = _targets[target];
        var (before, source) = (names.Tables.Before(to.Name), -1);
        for (var i = 0; before is not null && i < _sources.Count; i++) source = _sources[i].Name == before ? i : source;
        if (source < 0)
        {
            parts.Add(PartOf(MigratedPartKind.Table, to.Name, MigrationOutcome.New, "the old schema does not have it"));
            return null;
        }
        var from = _sources[source];
        if (from.IdsCarrySlots != to.IdsCarrySlots)
        {
            parts.Add(PartOf(MigratedPartKind.Table, to.Name, MigrationOutcome.New,
                $"IdsCarrySlots was {from.IdsCarrySlots} and is {to.IdsCarrySlots}: the same id is another thing"));
            return null;
        }
        return Transfer(source, target, segments, parts);
    }

    private TableTransfer Transfer(int source, int target, SegmentMigration segments, List<MigratedPart> parts)
    {
        var (from, to) = (_sources[source], _targets[target]);
        var found = to.Segments
            .Select((segment, i) => segments.Of(from, to.Name, segment, tables.Tables[target].Rules.StatesPerWeight(i))).ToList();
        var (frequency, admission) = (from.Frequency == to.Frequency, from.TracksAdmissionTime == to.TracksAdmissionTime);
        var rows = new RowSource(
            from.Layout, HasAll: true, from.NewestEventTime, [.. found.Select(segment => segment.Origin)],
            frequency && to.Frequency != FrequencyColumn.None, admission && to.TracksAdmissionTime);
        var reasons = new List<string>();
        if (from.Name != to.Name) reasons.Add($"it was '{from.Name}'");
        if (!frequency) reasons.Add($"counts of occurrences were {from.Frequency} and are {to.Frequency}: they begin new");
        if (!admission) reasons.Add($"TrackAdmissionTime was {from.TracksAdmissionTime} and is {to.TracksAdmissionTime}");
        var dropped = from.Segments.Where(segment => to.Segments.All(other => other.Name != segment.Name)).ToList();
        if (dropped.Count > 0) reasons.Add($"without {string.Join(", ", dropped.Select(segment => $"segment '{segment.Name}'"))}");
        var isWhole = frequency && admission && dropped.Count == 0 && found.All(segment => segment.Part.Outcome == MigrationOutcome.Kept);
        parts.Add(PartOf(MigratedPartKind.Table, to.Name, isWhole ? MigrationOutcome.Kept : MigrationOutcome.KeptInPart,
            string.Join("; ", reasons)));
        parts.AddRange(found.Select(segment => segment.Part));
        parts.AddRange(dropped.Select(segment =>
            PartOf(MigratedPartKind.Segment, $"{to.Name}/{segment.Name}", MigrationOutcome.Dropped, "the new rows have no such segment")));
        return new TableTransfer(source, target, rows, isWhole && HaveOneLayout(from, to));
    }

    // Segments in another order are converted, though each is kept.
    private static bool HaveOneLayout(TableDescription from, TableDescription to) =>
        from.Segments.Select(segment => (segment.Name, segment.Shape)).SequenceEqual(to.Segments.Select(s => (s.Name, s.Shape)));

    private void MigrateFilter(EmbeddingTable table, TableDescription to, int? source)
    {
        var was = source is { } place ? _sources[place].Admission : "";
        if (to.Admission.Length == 0 && was.Length == 0) return;
        var part = PartOf(MigratedPartKind.AdmissionFilter, to.Name, MigrationOutcome.Kept, "");
        if (to.Admission != was)
        {
            var outcome = to.Admission.Length == 0 ? MigrationOutcome.Dropped : MigrationOutcome.New;
            var reason = source is null ? "the table is new" : $"it was {TextOf(was)} and is {TextOf(to.Admission)}";
            report.Add(part with { Outcome = outcome, Reason = reason });
            return;
        }
        try
        {
            // Each process has filters of its own range of ids.
            table.LoadAdmission(chain.Files.GroupBy(file => file.Part)
                .SelectMany(files => new AdmissionHistory([.. files], source!.Value).Records()));
            report.Add(part with { Rows = table.GetStatistics().PendingIds });
        }
        catch (InvalidDataException cause)
        {
            report.Add(part with { Outcome = MigrationOutcome.New, Reason = $"it cannot take what the old one counted: {cause.Message}" });
        }
    }

    private static string TextOf(string filter) => filter.Length > 0 ? $"'{filter}'" : "none";

    private static MigratedPart PartOf(MigratedPartKind kind, string name, MigrationOutcome outcome, string reason) =>
        new() { Kind = kind, Name = name, Outcome = outcome, Reason = reason };
}
