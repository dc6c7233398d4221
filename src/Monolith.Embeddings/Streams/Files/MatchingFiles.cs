namespace Monolith.Embeddings.Streams.Files;

/// <summary>The files of a folder that match a pattern.</summary>
internal sealed class MatchingFiles(string folder, Func<string, bool> matches, LogFileOrder order, string text) : LogFiles
{
    private readonly IComparer<string> _names = order == LogFileOrder.Name ? StringComparer.Ordinal : NaturalOrder.Instance;

    internal override bool KeepsNames => true;

    internal override string Text => text;

    internal override List<NamedFile> List()
    {
        var found =
            from path in Directory.EnumerateFiles(folder)
            let file = new NamedFile(Path.GetFileName(path), path)
            where matches(file.Name) || matches(file.Key)
            select file;
        var files = NamedFile.WithoutTwins(found);
        return order == LogFileOrder.WriteTime
            ? [.. files.OrderBy(file => File.GetLastWriteTimeUtc(file.Path)).ThenBy(file => file.Key, _names)]
            : [.. files.OrderBy(file => file.Key, _names)];
    }

    internal override int CountBefore(List<NamedFile> files, string name)
    {
        var key = NamedFile.KeyOf(name);
        var at = files.FindIndex(file => file.Key == key);
        // By time, one that is gone has no place; by name it has.
        if (at >= 0 || order == LogFileOrder.WriteTime) return Math.Max(at, 0);
        return files.Count(file => _names.Compare(file.Key, key) < 0);
    }
}
