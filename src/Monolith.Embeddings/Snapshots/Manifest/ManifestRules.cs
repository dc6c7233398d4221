using Monolith.Embeddings.Snapshots.Stores;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>The rules of a chain, for what is added and for what is read.</summary>
internal static class ManifestRules
{
    /// <exception cref="SnapshotException">The manifest breaks a rule.</exception>
    public static void Check(SnapshotManifest manifest)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var segments = new SnapshotSegmentRules();
        var versions = TableVersions.Of(0);
        SnapshotCommit? before = null;
        foreach (var commit in manifest.Commits)
        {
            CheckAlone(commit);
            segments.Take(commit, isCompacted: before?.Number == commit.Number);
            if (before is null)
                Require(commit.Kind == SnapshotKind.Full, commit, "a chain that begins with a full", "one that begins with a delta.");
            else CheckAfter(before, commit);
            if (commit.Kind == SnapshotKind.Delta)
            {
                Require(versions.CanTake(commit), commit,
                    "all that changed in a table since the full, or the delta, that replicas have it of", "less.");
            }
            versions = versions.After(commit);
            foreach (var (file, _, _, _, _) in commit.TableFiles)
                Require(names.Add(file.Name), commit, "file names that occur once", $"'{file.Name}' again.");
            before = commit;
        }
        foreach (var commit in manifest.Commits)
        {
            foreach (var segment in commit.Segments)
                Require(!names.Contains(segment.File.Name), commit, "segments with files of their own", $"{segment.Text}.");
        }
        if (before is not null)
            Require(before.Incarnation <= manifest.Incarnation, before, $"an incarnation of at most {manifest.Incarnation}",
                $"{before.Incarnation}.");
    }

    public static SnapshotException Refused(SnapshotCommit commit, string expected, string found) =>
        new(SnapshotFault.Refused, commit.Training?.Name ?? "", expected, $"{found} (commit {commit.Number})");

    /// <summary>The refusal of a commit whose trainer was replaced.</summary>
    public static SnapshotException Replaced(SnapshotCommit commit, string expected, string found) =>
        new(SnapshotFault.Refused, commit.Training?.Name ?? "", expected, $"{found} (commit {commit.Number})") { IsReplaced = true };

    private static void CheckAlone(SnapshotCommit commit)
    {
        Require(commit.Kind is SnapshotKind.Full or SnapshotKind.Delta, commit, "a full or a delta", $"{commit.Kind}.");
        Require(commit.Number >= 1, commit, "a number of at least 1", $"{commit.Number}.");
        Require(commit.Incarnation >= 1, commit, "an incarnation of at least 1", $"{commit.Incarnation}.");
        Require(commit.From < commit.To, commit, "a cut after the one it goes on from", $"{commit.To} after {commit.From}.");
        Require(commit.Rows >= 0 && commit.Tombstones >= 0, commit, "counts that are not negative",
            $"{commit.Rows} rows and {commit.Tombstones} tombstones.");
        Require(commit.Created.Offset == TimeSpan.Zero, commit, "a time in UTC", $"{commit.Created:O}.");
        if (commit.Kind == SnapshotKind.Full)
            Require(commit.From == 0 && commit.Tombstones == 0 && commit.Parent == Guid.Empty, commit,
                "a full from cut 0 without tombstones",
                $"cut {commit.From}, {commit.Tombstones} tombstones, and commit {commit.Parent} to go on from.");
        CheckParts(commit);
        CheckTables(commit);
        foreach (var file in commit.Files) CheckFile(commit, file);
    }

    private static void CheckParts(SnapshotCommit commit)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        // Wide enough for whatever a manifest says.
        var (rows, tombstones) = (Int128.Zero, Int128.Zero);
        foreach (var part in commit.Parts)
        {
            var problem = StoredNames.ProblemOf(part.Name);
            Require(problem is null, commit, "parts with names", $"one whose name {problem}");
            Require(names.Add(part.Name), commit, "parts of different names", $"two of name '{part.Name}'.");
            Require(part.Rows >= 0 && part.Tombstones >= 0, commit, "counts of parts that are not negative",
                $"{part.Rows} rows and {part.Tombstones} tombstones.");
            (rows, tombstones) = (rows + part.Rows, tombstones + part.Tombstones);
            Require(part.Serving is null == commit.Serving is null, commit, "files for replicas in all parts or in none",
                $"part '{part.Name}' {(part.Serving is null ? "without" : "with")} one.");
        }
        Require(rows <= commit.Rows && tombstones <= commit.Tombstones, commit, "counts that include those of parts",
            $"{commit.Rows} rows and {commit.Tombstones} tombstones, with {rows} and {tombstones} in parts.");
    }

    // A delta that is held has a file for replicas, for what passes; a full has none.
    private static void CheckHeld(SnapshotCommit commit)
    {
        if (!commit.IsHeld) return;
        Require(commit.Serving is null == commit.IsHeldFull, commit, "a delta with a file for replicas, or a full without, that was held",
            $"a {commit.Kind} {(commit.Serving is null ? "without" : "with")} one.");
        Require(commit.ServedTables.Count > 0 && commit.ServedTables.All(table => table.IsLeftOut), commit,
            "a commit that was held with all tables left out", "some that are not.");
    }

    private static void CheckTables(SnapshotCommit commit)
    {
        CheckHeld(commit);
        if (commit.ServedTables.Count == 0) return;
        Require(commit.IsHeld || (commit.Kind == SnapshotKind.Delta && commit.Serving is not null), commit,
            "a delta with a file for replicas, where they get a table less often",
            $"a {commit.Kind} {(commit.Serving is null ? "without" : "with")} one.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in commit.ServedTables)
        {
            var problem = StoredNames.ProblemOf(table.Name);
            Require(problem is null, commit, "tables with names", $"one whose name {problem}");
            Require(names.Add(table.Name), commit, "tables of different names", $"two of name '{table.Name}'.");
            Require(table.From < commit.Number && (table.IsLeftOut || table.To == commit.Number), commit,
                $"a table up to commit {commit.Number}, or left out", $"'{table.Name}' from {table.From} to {table.To}.");
        }
    }

    private static void CheckFile(SnapshotCommit commit, SnapshotFileEntry file)
    {
        Require(file is not null, commit, "a training file", "none.");
        Require(file!.Name is not null && SnapshotFileNames.IsValid(file.Name), commit, "a file name that stores take", $"'{file.Name}'.");
        Require(file.Length >= 1, commit, "a file of at least 1 byte", $"{file.Length}.");
    }

    private static void CheckAfter(SnapshotCommit before, SnapshotCommit commit)
    {
        Require(
            commit.Incarnation >= before.Incarnation, commit, $"an incarnation of at least {before.Incarnation}", $"{commit.Incarnation}.");
        if (commit.Kind == SnapshotKind.Full && commit.Number == before.Number)
        {
            Require(before.Kind == SnapshotKind.Delta, commit, "one full a number", "a second one.");
            Require(commit.To == before.To && commit.Incarnation == before.Incarnation, commit,
                $"cut {before.To} of incarnation {before.Incarnation}", $"cut {commit.To} of incarnation {commit.Incarnation}.");
            RequireParts(before, commit);
            Require(commit.Id == before.Id && commit.Trainer == before.Trainer, commit, $"commit {before.Id} of trainer {before.Trainer}",
                $"{commit.Id} of {commit.Trainer}: the store was set back meanwhile.");
            return;
        }
        Require(commit.Number == before.Number + 1, commit, $"commit {before.Number + 1} next", $"{commit.Number}.");
        if (commit.Kind == SnapshotKind.Full)
        {
            Require(commit.To > before.To, commit, $"a full at a cut after {before.To}", $"one at {commit.To}.");
            return;
        }
        RequireParts(before, commit);
        Require(commit.From == before.To, commit, $"a delta from cut {before.To}", $"one from {commit.From}.");
        Require(commit.GoesOnFrom(before.Identity, before.To), commit,
            $"a delta that goes on from commit {before.Identity}", $"one that goes on from {commit.Parent}.");
    }

    // What a part holds goes on from the part of its name alone: ids move between parts in a new full.
    private static void RequireParts(SnapshotCommit before, SnapshotCommit commit) =>
        Require(commit.Parts.Select(part => part.Name).ToHashSet().SetEquals(before.Parts.Select(part => part.Name)), commit,
            $"the {before.Parts.Count} parts of the commit before",
            $"{commit.Parts.Count}, or others. Make a full commit where parts change.");

    private static void Require(bool holds, SnapshotCommit commit, string expected, string found)
    {
        if (!holds) throw Refused(commit, expected, found);
    }
}
