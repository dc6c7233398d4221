using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Streams.Files;

/// <summary>
/// The files that a reading lies behind. Tells those that come too late. Used by one thread.
/// </summary>
internal sealed class PassedFiles(LogFiles files, FileLogOptions options)
{
    private const int Kept = 100;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Queue<LogPosition> _ends = new();
    private bool _looked;

    /// <summary>Adds a file that was read.</summary>
    /// <param name="end">The place after it.</param>
    public void Add(LogPosition end)
    {
        if (files.KeepsNames) _names.Add(NamedFile.KeyOf(end.Log));
        if (files.KeepsNames || end.Offset == 0) return;
        if (_ends.Count == Kept) _ends.Dequeue();
        _ends.Enqueue(end);
    }

    /// <summary>How many of the oldest files were read.</summary>
    public int CountKnown(List<NamedFile> names)
    {
        var count = 0;
        while (count < names.Count && IsKnown(names[count])) count++;
        return count;
    }

    /// <summary>Looks for files that came before the one that is read.</summary>
    /// <param name="position">Where the reading stands.</param>
    /// <param name="cancellationToken">Stops the delegate.</param>
    public async ValueTask LookAsync(LogPosition position, CancellationToken cancellationToken)
    {
        if (!files.MayComeLate) return;
        var names = files.List();
        var isFirst = !_looked;
        _looked = true;
        var before = files.CountBefore(names, position.Log);
        // Of what was there when the reading began, a late file is one that was written after the file that is read was begun.
        var begun = isFirst && before > 0 && before < names.Count ? File.GetCreationTimeUtc(names[before].Path) : default;
        foreach (var name in names[..before])
        {
            if (_names.Contains(name.Key) || new FileInfo(name.Path) is not { Exists: true, Length: > 0 } file) continue;
            _names.Add(name.Key);
            if (isFirst && file.LastWriteTimeUtc <= begun) continue;
            await ReportAsync(new LateFile { Name = name.Name, Position = position }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ReportAsync(LateFile late, CancellationToken cancellationToken)
    {
        options.Logger?.CameLate(late.Name, files.Text, late.Position.Log);
        if (options.LateFile is { } handler) await handler(late, cancellationToken).ConfigureAwait(false);
    }

    private bool IsKnown(NamedFile name)
    {
        using var file = LogFile.TryOpen(name);
        return file is null || _ends.Any(end => file.MarkAt(end.Offset, end.Tie) == end.Tie);
    }
}
