namespace Monolith.Embeddings.Streams.Files;

/// <summary>A file that is written to, and those that it was renamed to.</summary>
internal sealed class RotatedFiles(string path) : LogFiles
{
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new ArgumentException(
        $"'{path}' is a folder, not a file.", nameof(path));

    private readonly string _live = Path.GetFileName(path);

    internal override bool KeepsNames => false;

    internal override string Text => $"'{path}' and its rotated files";

    internal override List<NamedFile> List()
    {
        var rotated = new List<RotatedName>();
        NamedFile? live = null;
        foreach (var found in NamedFile.WithoutTwins(Directory.EnumerateFiles(_folder).Select(p => new NamedFile(Path.GetFileName(p), p))))
        {
            if (found.Name == _live) live = found;
            else if (RotatedName.Of(found, _live) is { } one) rotated.Add(one);
        }
        rotated.Sort();
        var files = rotated.ConvertAll(one => one.File);
        if (live is { } newest) files.Add(newest);
        return files;
    }
}
