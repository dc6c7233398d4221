namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>What a commit does to the segments that live. Immutable.</summary>
/// <param name="Appended">Those that live from it on.</param>
/// <param name="Dropped">Those that live no more.</param>
internal sealed record SegmentChange(IReadOnlyList<SnapshotSegment> Appended, IReadOnlyList<SnapshotSegment> Dropped)
{
    /// <summary>
    /// What is left to be done. A commit may be tried again after one whose answer was lost and that was durable nevertheless: then nothing
    /// is.
    /// </summary>
    /// <param name="contents">What is asked for.</param>
    /// <param name="living">What lives at the commit before.</param>
    /// <exception cref="ArgumentException">A segment is null, or has the name of another that lives.</exception>
    public static SegmentChange Of(SnapshotCommitContents contents, IReadOnlyList<SnapshotSegment> living)
    {
        RequireNoNulls(contents.AppendedSegments, nameof(contents.AppendedSegments));
        RequireNoNulls(contents.DroppedSegments, nameof(contents.DroppedSegments));
        var known = living.ToDictionary(segment => segment.Key);
        var dropped = contents.DroppedSegments.Distinct().Where(segment => IsLiving(known, segment)).ToList();
        var appended = contents.AppendedSegments.Where(segment => !IsLiving(known, segment) && known.TryAdd(segment.Key, segment)).ToList();
        return new SegmentChange(appended, dropped);
    }

    /// <summary>Requires segments.</summary>
    /// <exception cref="ArgumentException">One, or all of them, are null.</exception>
    public static void RequireNoNulls(IEnumerable<SnapshotSegment?> segments, string name)
    {
        ArgumentNullException.ThrowIfNull(segments, name);
        if (segments.Contains(null)) throw new ArgumentException("A segment is null.", name);
    }

    private static bool IsLiving(Dictionary<(string, string), SnapshotSegment> known, SnapshotSegment segment)
    {
        if (!known.TryGetValue(segment.Key, out var other)) return false;
        return other == segment
            ? true
            : throw new ArgumentException(
                $"'{other.File.Name}' is segment '{segment.Name}' of section '{segment.Section}', and not '{segment.File.Name}'. "
                + "Use another name, or drop that one by a commit before.");
    }
}
