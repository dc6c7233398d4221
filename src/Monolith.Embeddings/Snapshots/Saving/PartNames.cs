using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>Which parts a commit has: those that were named before its cut, in a delta those of the commit before.</summary>
internal static class PartNames
{
    /// <summary>Requires names that a manifest can hold, each once.</summary>
    /// <exception cref="ArgumentException">One cannot be used.</exception>
    public static void Require(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (var name in names) StoredNames.Require(name, "a part");
        if (names.Distinct().Count() < names.Count) throw new ArgumentException($"Two parts have one name: {Text(names)}.");
    }

    /// <summary>Requires the parts of the commit that a delta goes on from: it would leave out the rows of any other.</summary>
    /// <exception cref="ArgumentException">They are others.</exception>
    public static void RequireSame(SnapshotCommit before, IReadOnlyList<string> names)
    {
        var expected = before.Parts.Select(part => part.Name).ToHashSet();
        if (expected.SetEquals(names)) return;
        throw new ArgumentException(
            $"Commit {before.Number} has the parts {Text(expected)}, and the next one was to have {Text(names)}. "
            + $"Parts change with a full snapshot: set {nameof(SnapshotCommitContents.IsFull)} "
            + "once other tables hold the rows of those that end.");
    }

    /// <summary>Requires a commit whose rows are all in parts of these names.</summary>
    /// <exception cref="SnapshotException">It has others, or rows beside them.</exception>
    public static void RequireRestorable(SnapshotCommit commit, IReadOnlyList<string> names)
    {
        var found = commit.Parts.Select(part => part.Name).ToHashSet();
        if (found.SetEquals(names)) return;
        throw new SnapshotException(SnapshotFault.Mismatch, commit.Training.Name, $"a commit with the parts {Text(names)}",
            $"one with {Text(found)}. Open it with those, or by one set, which takes all parts over.");
    }

    /// <summary>Requires every part that was named, and no other.</summary>
    /// <exception cref="ArgumentException">One is missing or null, or there are others.</exception>
    public static void RequireAll(IReadOnlyList<string> names, IReadOnlyList<SnapshotPart> parts)
    {
        if (parts.Contains(null)) throw new ArgumentException("A part is null.", nameof(parts));
        var found = parts.Select(part => part.Name).ToList();
        if (found.Count == names.Count && found.ToHashSet().SetEquals(names)) return;
        throw new ArgumentException($"The commit was cut for the parts {Text(names)}; these are {Text(found)}. Nothing was published.");
    }

    private static string Text(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? "(none)" : string.Join(", ", names.Order(StringComparer.Ordinal).Select(name => $"'{name}'"));
}
