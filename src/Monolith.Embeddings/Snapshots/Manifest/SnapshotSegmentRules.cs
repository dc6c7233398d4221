using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>
/// Follows the segments of incremental sections along a chain, and holds their rules: a delta appends what does not live and drops what
/// does; a full names all that live, and no new one if compaction made it; a file is of one segment.
/// </summary>
internal sealed class SnapshotSegmentRules
{
    private readonly Dictionary<(string Section, string Name), SnapshotSegment> _living = [];
    private readonly Dictionary<string, SnapshotSegment> _files = new(StringComparer.Ordinal);

    /// <summary>What lives after the commits that were taken, in the order in which it was appended.</summary>
    public IReadOnlyCollection<SnapshotSegment> Living => _living.Values;

    /// <summary>What lives at the last of some commits.</summary>
    /// <param name="commits">Commits of a chain that keeps the rules, in order.</param>
    /// <param name="before">What lived before them.</param>
    public static IReadOnlyList<SnapshotSegment> LivingAt(IEnumerable<SnapshotCommit> commits, IEnumerable<SnapshotSegment>? before = null)
    {
        var living = (before ?? []).ToDictionary(segment => segment.Key);
        foreach (var commit in commits)
        {
            if (commit.Kind == SnapshotKind.Full) living.Clear();
            foreach (var segment in commit.DroppedSegments) living.Remove(segment.Key);
            foreach (var segment in commit.Segments) living[segment.Key] = segment;
        }
        return [.. living.Values.OrderBy(s => s.Section, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal)];
    }

    /// <summary>Why names cannot be those of a segment; null where they can.</summary>
    public static string? ProblemOf(string section, string name)
    {
        if (StoredNames.ProblemOf(section) is { } problem) return $"The name of incremental section '{section}' {problem}";
        if (section.Contains('/', StringComparison.Ordinal)) return $"The name of incremental section '{section}' has a slash.";
        return StoredNames.ProblemOf(name) is { } other ? $"The name of segment '{name}' of section '{section}' {other}" : null;
    }

    /// <summary>Takes the next commit.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="isCompacted">Whether it is a full that stands for the commit before.</param>
    /// <exception cref="SnapshotException">It breaks a rule.</exception>
    public void Take(SnapshotCommit commit, bool isCompacted)
    {
        foreach (var segment in commit.Segments.Concat(commit.DroppedSegments))
        {
            var problem = ProblemOf(segment.Section, segment.Name);
            Require(problem is null, commit, "names of segments", $"others. {problem}");
        }
        if (commit.Kind == SnapshotKind.Full) TakeFull(commit, isCompacted);
        else TakeDelta(commit);
        Require(
            _living.Count <= StoredLimits.LivingSegments, commit, $"at most {StoredLimits.LivingSegments} segments", $"{_living.Count}.");
    }

    private void TakeFull(SnapshotCommit full, bool isCompacted)
    {
        Require(full.DroppedSegments.Count == 0, full, "a full that drops no segment", $"{full.DroppedSegments.Count}.");
        if (isCompacted)
        {
            Require(_living.Count == full.Segments.Count && full.Segments.All(s => _living.GetValueOrDefault(s.Key) == s), full,
                $"the {_living.Count} segments that live at the commit that it stands for", $"{full.Segments.Count}, or others.");
            return;
        }
        _living.Clear();
        foreach (var segment in full.Segments) Append(full, segment, mayBeKnown: true);
    }

    private void TakeDelta(SnapshotCommit delta)
    {
        foreach (var segment in delta.DroppedSegments)
            Require(_living.GetValueOrDefault(segment.Key) == segment && _living.Remove(segment.Key), delta, "dropped segments that lived",
                $"{segment.Text}.");
        foreach (var segment in delta.Segments) Append(delta, segment, mayBeKnown: false);
    }

    private void Append(SnapshotCommit commit, SnapshotSegment segment, bool mayBeKnown)
    {
        Require(_living.TryAdd(segment.Key, segment), commit, "segments whose names no other has", $"{segment.Text}.");
        if (_files.TryAdd(segment.File.Name, segment)) return;
        Require(mayBeKnown && _files[segment.File.Name] == segment, commit, "segments with files of their own", $"{segment.Text}.");
    }

    private static void Require(bool holds, SnapshotCommit commit, string expected, string found)
    {
        if (!holds) throw ManifestRules.Refused(commit, expected, found);
    }
}
