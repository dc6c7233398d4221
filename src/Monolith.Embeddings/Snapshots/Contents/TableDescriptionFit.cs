namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>Says whether rows of a file can be rows of a table as it is now.</summary>
internal static class TableDescriptionFit
{
    /// <summary>What may be done where the model has changed.</summary>
    public const string Advice = " Go on with the earlier tables; or learn into a new store, whose tables WarmStart fills from this one.";

    private const int ShownNames = 8;

    /// <param name="file">The file.</param>
    /// <param name="tables">The tables, in their order.</param>
    /// <param name="advice">What to do, for messages.</param>
    /// <exception cref="SnapshotException">They cannot; names all differences.</exception>
    public static void Require(SnapshotContents file, IReadOnlyList<TableDescription> tables, string advice = "")
    {
        var differences = Differences([.. file.Tables.Select(t => t.Description)], tables).ToList();
        if (differences.Count == 0) return;
        throw new SnapshotException(
            SnapshotFault.Mismatch, file.Name, "the tables that it is to fit", string.Join("; ", differences) + "." + advice);
    }

    private static IEnumerable<string> Differences(IReadOnlyList<TableDescription> found, IReadOnlyList<TableDescription> expected)
    {
        var (before, after) = (Names(found), Names(expected));
        if (before != after) return [$"tables {before} in the store, {after} here"];
        return found.Zip(expected, Differences).SelectMany(d => d);
    }

    private static IEnumerable<string> Differences(TableDescription found, TableDescription expected)
    {
        var at = $"table '{found.Name}'";
        if (found.IdsCarrySlots != expected.IdsCarrySlots)
            yield return $"{at}: IdsCarrySlots {found.IdsCarrySlots} in the store, {expected.IdsCarrySlots} here";
        if (found.Frequency != expected.Frequency)
        {
            yield return $"{at}: counts of occurrences {found.Frequency} in the store, {expected.Frequency} here "
                + "(TrackFrequency, or a policy)";
        }
        if (found.TracksAdmissionTime != expected.TracksAdmissionTime)
            yield return $"{at}: TrackAdmissionTime {found.TracksAdmissionTime} in the store, {expected.TracksAdmissionTime} here";
        if (found.Admission != expected.Admission)
            yield return $"{at}: admission filter {Filter(found)} in the store, {Filter(expected)} here";
        if (found.Segments.Count != expected.Segments.Count)
            yield return $"{at}: {found.Segments.Count} segments in the store, {expected.Segments.Count} here{Missing(found, expected)}";
        foreach (var (segment, wanted) in found.Segments.Zip(expected.Segments).Where(pair => pair.First != pair.Second))
            yield return $"{at}: segment {string.Join(", ", Differences(segment, wanted))}";
    }

    private static IEnumerable<string> Differences(SegmentDescription found, SegmentDescription expected)
    {
        if (found.Name != expected.Name) yield return $"name '{found.Name}' in the store, '{expected.Name}' here";
        else yield return $"'{found.Name}'";
        var (was, now) = (found.Shape, expected.Shape);
        if (was.Dimension != now.Dimension) yield return $"dimension {was.Dimension} in the store, {now.Dimension} here";
        if (found.Optimizer != expected.Optimizer) yield return $"optimizer '{found.Optimizer}' in the store, '{expected.Optimizer}' here";
        if (found.Initializer != expected.Initializer)
            yield return $"initializer '{found.Initializer}' in the store, '{expected.Initializer}' here";
        if (was.Precision != now.Precision) yield return $"precision {was.Precision} in the store, {now.Precision} here";
        if (was.StatePrecision != now.StatePrecision)
            yield return $"precision of state {was.StatePrecision} in the store, {now.StatePrecision} here";
        if (was.StateLength != now.StateLength) yield return $"floats of state {was.StateLength} in the store, {now.StateLength} here";
        if (was.ExactStateLength != now.ExactStateLength)
            yield return $"exact floats of state {was.ExactStateLength} in the store, {now.ExactStateLength} here";
    }

    /// <summary>Names the segments, a few of them, that one side alone has.</summary>
    private static string Missing(TableDescription found, TableDescription expected)
    {
        var (before, after) = (found.Segments.Select(segment => segment.Name), expected.Segments.Select(segment => segment.Name));
        return Some("in the store alone", before.Except(after)) + Some("here alone", after.Except(before));
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
