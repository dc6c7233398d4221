namespace Monolith.Embeddings.Streams.Files;

/// <summary>
/// Finds files of a log while they may be renamed. Rotation moves a file to older names alone, so that a look from the newest to the
/// oldest may see one twice but misses none; and what was found counts only if the names are the same afterwards. Used by one thread.
/// </summary>
internal sealed class FileSearch(LogFiles files)
{
    private const int Attempts = 20;

    /// <summary>Opens the oldest file that holds anything; null where there is none, or rotation is under way.</summary>
    /// <param name="from">How many of the oldest to leave out, by their list.</param>
    public LogFile? OpenOldest(Func<List<NamedFile>, int>? from = null)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var names = files.List();
            var first = Math.Max(from?.Invoke(names) ?? 0, 0);
            var found = OldestOf(names, first);
            if (files.List().SequenceEqual(names)) return found;
            found?.Dispose();
        }
        return null;
    }

    /// <summary>Opens the newest file; null where there is none that holds anything.</summary>
    public LogFile? OpenNewest() =>
        OpenOldest(names => names.FindLastIndex(name => new FileInfo(name.Path) is { Exists: true, Length: > 0 }));

    /// <summary>Opens the file that a position lies in; null where there is none.</summary>
    /// <param name="position">The position.</param>
    /// <param name="twin">The name of a second one, if there are two; else null.</param>
    public LogFile? Locate(LogPosition position, out string? twin)
    {
        for (var attempt = 0; ; attempt++)
        {
            var names = files.List();
            var found = Locate(names, position, out var newer);
            twin = newer?.Name;
            // A file that was renamed during the look is no longer where it was seen first.
            if (newer is { } one && !Holds(one, position)) twin = null;
            if (found is not null || attempt == Attempts || files.List().SequenceEqual(names)) return found;
        }
    }

    private LogFile? Locate(List<NamedFile> names, LogPosition position, out NamedFile? newer)
    {
        LogFile? found = null;
        newer = null;
        foreach (var name in Enumerable.Reverse(names))
        {
            if (files.KeepsNames && name.Key != NamedFile.KeyOf(position.Log)) continue;
            if (LogFile.TryOpen(name) is not { } file) continue;
            if (file.MarkAt(position.Offset, position.Tie) != position.Tie)
            {
                file.Dispose();
                continue;
            }
            if (found is not null) newer = found.Named;
            found?.Dispose();
            found = file;
        }
        return found;
    }

    private static bool Holds(NamedFile name, LogPosition position)
    {
        using var file = LogFile.TryOpen(name);
        return file?.MarkAt(position.Offset, position.Tie) == position.Tie;
    }

    /// <summary>Looks for the file that follows one.</summary>
    /// <param name="current">The file.</param>
    /// <param name="offset">How far it was read.</param>
    public NextFile FindNext(LogFile current, long offset)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var names = files.List();
            var next = files.KeepsNames ? FindByName(names, current, offset) : FindByContent(names, current, offset);
            var isSettled = next.Kind switch
            {
                NextFileKind.Found => IsStill(next, names, current, offset),
                NextFileKind.Missing => files.List().SequenceEqual(names),
                _ => true,
            };
            if (isSettled) return next;
            next.Dispose();
        }
        return new NextFile(NextFileKind.None);
    }

    private static NextFile FindByContent(List<NamedFile> names, LogFile current, long offset)
    {
        LogFile? newer = null;
        var newerAt = -1;
        for (var i = names.Count - 1; i >= 0; i--)
        {
            if (LogFile.TryOpen(names[i]) is not { } file) continue;
            if (current.IsSame(offset, file))
            {
                var moved = Moved(current, file);
                return new NextFile(newer is null ? NextFileKind.None : NextFileKind.Found, newer, i, newerAt, moved);
            }
            if (file.IsEmpty)
            {
                file.Dispose();
                continue;
            }
            newer?.Dispose();
            (newer, newerAt) = (file, i);
        }
        newer?.Dispose();
        return new NextFile(NextFileKind.Missing);
    }

    private NextFile FindByName(List<NamedFile> names, LogFile current, long offset)
    {
        var at = names.FindIndex(name => name.Key == current.Named.Key);
        LogFile? moved = null;
        if (at >= 0 && LogFile.TryOpen(names[at]) is { } same)
        {
            if (!current.IsSame(offset, same))
            {
                same.Dispose();
                return new NextFile(NextFileKind.Replaced, at: at);
            }
            moved = Moved(current, same);
        }
        var first = at >= 0 ? at + 1 : files.CountBefore(names, current.Named.Name);
        var next = OldestOf(names, first);
        var nextAt = next is null ? -1 : names.IndexOf(next.Named);
        return new NextFile(next is null ? NextFileKind.None : NextFileKind.Found, next, first - 1, nextAt, moved);
    }

    // Once it was packed, the plain file is gone, and there is no need to unpack the other at each look.
    private static LogFile? Moved(LogFile current, LogFile same)
    {
        if (same.IsPacked && !current.IsPacked) return same;
        same.Dispose();
        return null;
    }

    // From the newest down: of one that is written after another, the other is finished.
    private static LogFile? OldestOf(List<NamedFile> names, int first)
    {
        LogFile? found = null;
        var seen = first;
        // The oldest that holds anything is enough, but the empty ones before it are looked at once more: they may hold something by now.
        while (seen < names.Count && found is null) found = OpenFilled(names[seen++]);
        for (var i = seen - 2; i >= first; i--)
        {
            if (OpenFilled(names[i]) is not { } older) continue;
            found?.Dispose();
            found = older;
        }
        return found;
    }

    private static LogFile? OpenFilled(NamedFile name)
    {
        if (LogFile.TryOpen(name) is not { } file) return null;
        if (!file.IsEmpty) return file;
        file.Dispose();
        return null;
    }

    private bool IsStill(NextFile next, List<NamedFile> names, LogFile current, long offset)
    {
        if (!files.List().SequenceEqual(names)) return false;
        if (files.KeepsNames) return true;
        for (var i = next.NextAt; i >= next.At; i--)
        {
            using var file = LogFile.TryOpen(names[i]);
            if (i == next.NextAt ? file is null || !next.File!.IsSame(0, file)
                : i == next.At ? file is null || !current.IsSame(offset, file)
                : file is { IsEmpty: false }) return false;
        }
        return true;
    }
}
