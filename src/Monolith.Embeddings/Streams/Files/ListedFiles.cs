namespace Monolith.Embeddings.Streams.Files;

/// <summary>Files in the order in which they were given.</summary>
internal sealed class ListedFiles : LogFiles
{
    private readonly NamedFile[] _files;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public ListedFiles(string[] paths)
    {
        if (paths.Length == 0) throw new ArgumentException("A log needs a file.", nameof(paths));
        foreach (var path in paths) ArgumentException.ThrowIfNullOrEmpty(path, nameof(paths));
        _files = [.. paths.Select(path => new NamedFile(path.Replace('\\', '/'), path))];
        for (var i = 0; i < _files.Length; i++)
        {
            if (!_places.TryAdd(_files[i].Key, i))
                throw new ArgumentException($"The file '{_files[i].Key}' is given twice.", nameof(paths));
        }
    }

    internal override bool KeepsNames => true;

    internal override bool MayComeLate => false;

    internal override string Text => _files.Length == 1 ? $"'{_files[0].Path}'" : $"'{_files[0].Path}' and {_files.Length - 1} more files";

    internal override List<NamedFile> List()
    {
        var found = new List<NamedFile>();
        NamedFile? missing = null;
        foreach (var file in _files)
        {
            if (Find(file) is not { } there) missing = file;
            // One before all others may have been read and deleted; one between them would be left out.
            else if (missing is { } gap && found.Count > 0) throw Missing(gap);
            else found.Add(there);
        }
        return found;
    }

    internal override void RequireAll()
    {
        foreach (var file in _files)
        {
            if (Find(file) is null) throw Missing(file);
        }
    }

    internal override int CountBefore(List<NamedFile> files, string name)
    {
        var place = _places.GetValueOrDefault(NamedFile.KeyOf(name));
        return files.Count(file => _places[file.Key] < place);
    }

    private static NamedFile? Find(NamedFile file) =>
        File.Exists(file.Path) ? file : File.Exists(file.Packed.Path) ? file.Packed : null;

    private static FileNotFoundException Missing(NamedFile file) => new($"The file '{file.Path}' does not exist.", file.Path);
}
