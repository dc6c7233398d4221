namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>Says whether rows of a file can be rows of a table as it is now.</summary>
internal static class TableDescriptionFit
{
    private const int ShownNames = 8;

    /// <exception cref="SnapshotException">They cannot; names all differences.</exception>
    public static void Require(SnapshotContents file, IReadOnlyList<TableDescription> tables)
    {
        var differences = Differences([.. file.Tables.Select(t => t.Description)], tables).ToList();
        if (differences.Count == 0) return;
        throw new SnapshotException(
            SnapshotFault.Mismatch, file.Name, "the tables that it is to fit", string.Join("; ", differences.Select(d => d)) + ".");
    }

    private static IEnumerable<string> Differences(IReadOnlyList<TableDescription> found, IReadOnlyList<TableDescription> expected)
    {
        var (before, after) = (Names(found), Names(expected));
        if (before != after) return [$"tables {before} instead of {after}"];
        return found.Zip(expected, Differences).SelectMany(d => d);
    }

    private static IEnumerable<string> Differences(TableDescription found, TableDescription expected)
    {
        var at = $"table '{found.Name}'";
        if (found.IdsCarrySlots != expected.IdsCarrySlots)
            yield return $"{at}: IdsCarrySlots {found.IdsCarrySlots} instead of {expected.IdsCarrySlots}";
        if (found.Frequency != expected.Frequency)
            yield return $"{at}: counts of occurrences {found.Frequency} instead of {expected.Frequency} (TrackFrequency, or a policy)";
        if (found.TracksAdmissionTime != expected.TracksAdmissionTime)
            yield return $"{at}: TrackAdmissionTime {found.TracksAdmissionTime} instead of {expected.TracksAdmissionTime}";
        if (found.Admission != expected.Admission) yield return $"{at}: admission filter {Filter(found)} instead of {Filter(expected)}";
        if (found.Segments.Count != expected.Segments.Count)
            yield return $"{at}: {found.Segments.Count} segments instead of {expected.Segments.Count}{Missing(found, expected)}";
        foreach (var (segment, wanted) in found.Segments.Zip(expected.Segments).Where(pair => pair.First != pair.Second))
            yield return $"{at}: segment {string.Join(", ", Differences(segment, wanted))}";
    }

    private static IEnumerable<string> Differences(SegmentDescription found, SegmentDescription expected)
    {
        if (found.Name != expected.Name) yield return $"name '{found.Name}' instead of '{expected.Name}'";
        else yield return $"'{found.Name}'";
        var (was, now) = (found.Shape, expected.Shape);
        if (was.Dimension != now.Dimension) yield return $"dimension {was.Dimension} instead of {now.Dimension}";
        if (found.Optimizer != expected.Optimizer) yield return $"optimizer '{found.Optimizer}' instead of '{expected.Optimizer}'";
        if (found.Initializer != expected.Initializer)
            yield return $"initializer '{found.Initializer}' instead of '{expected.Initializer}'";
        if (was.Precision != now.Precision) yield return $"precision {was.Precision} instead of {now.Precision}";
        if (was.StatePrecision != now.StatePrecision)
            yield return $"precision of state {was.StatePrecision} instead of {now.StatePrecision}";
        if (was.StateLength != now.StateLength) yield return $"{was.StateLength} floats of state instead of {now.StateLength}";
        if (was.ExactStateLength != now.ExactStateLength)
            yield return $"{was.ExactStateLength} exact floats of state instead of {now.ExactStateLength}";
    }

    /// <summary>Names the segments, a few of them, that one side alone has.</summary>
    private static string Missing(TableDescription found, TableDescription expected)
    {
        var (before, after) = (found.Segments.Select(segment => segment.Name), expected.Segments.Select(segment => segment.Name));
        return Some("in the file alone", before.Except(after)) + Some("in the options alone", after.Except(before));
    }

    private static string Some(string what, IEnumerable<string> names)
    {
        var some = names.Take(ShownNames + 1).Select(name => $"'{name}'").ToArray();
        return some.Length switch
        {
            0 => "",
            <= ShownNames => $", {string.Join(", ", some)} {what}",
            _ => $", {string.Join(", ", some[..ShownNames])} and more {what}",
        };
    }

    private static string Filter(TableDescription table) => table.Admission.Length > 0 ? $"'{table.Admission}'" : "none";

    private static string Names(IReadOnlyList<TableDescription> tables) => string.Join(", ", tables.Select(t => $"'{t.Name}'"));
}
