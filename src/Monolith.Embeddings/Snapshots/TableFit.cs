namespace Monolith.Embeddings.Snapshots;

/// <summary>Says whether rows of a file can be rows of a table as it is now.</summary>
internal static class TableFit
{
    /// <exception cref="SnapshotException">They cannot; names all differences.</exception>
    public static void Require(SnapshotContents file, IReadOnlyList<TableDescription> tables)
    {
        var differences = Differences([.. file.Tables.Select(t => t.Description)], tables).ToList();
        if (differences.Count == 0) return;
        throw new SnapshotException(SnapshotFault.Mismatch, file.Name, "the tables that it is to fit", string.Join("; ", differences.Select(d => d)) + ".");
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
        if (found.IdsCarrySlots != expected.IdsCarrySlots) yield return $"{at}: IdsCarrySlots {found.IdsCarrySlots} instead of {expected.IdsCarrySlots}";
        if (found.Frequency != expected.Frequency) yield return $"{at}: counts of occurrences {found.Frequency} instead of {expected.Frequency}";
        if (found.TracksAdmissionTime != expected.TracksAdmissionTime) yield return $"{at}: TrackAdmissionTime {found.TracksAdmissionTime} instead of {expected.TracksAdmissionTime}";
        if (found.Admission != expected.Admission) yield return $"{at}: admission filter '{found.Admission}' instead of '{expected.Admission}'";
        if (found.Segments.Count != expected.Segments.Count) yield return $"{at}: {found.Segments.Count} segments instead of {expected.Segments.Count}";
        foreach (var (segment, wanted) in found.Segments.Zip(expected.Segments).Where(pair => pair.First != pair.Second))
            yield return $"{at}: segment {segment} instead of {wanted}";
    }

    private static string Names(IReadOnlyList<TableDescription> tables) => string.Join(", ", tables.Select(t => $"'{t.Name}'"));
}
