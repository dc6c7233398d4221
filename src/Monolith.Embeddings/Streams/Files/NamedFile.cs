namespace Monolith.Embeddings.Streams.Files;

/// <summary>A file of a log.</summary>
/// <param name="Name">As positions have it.</param>
/// <param name="Path">Where it is.</param>
internal readonly record struct NamedFile(string Name, string Path)
{
    private const string PackedEnding = ".gz";

    /// <summary>The name without the ending of a packed file: a file keeps its place when it is packed.</summary>
    public string Key => KeyOf(Name);

    /// <summary>The file as it is once it was packed.</summary>
    public NamedFile Packed => new(Name + PackedEnding, Path + PackedEnding);

    public static string KeyOf(string name) => IsPacked(name) ? name[..^PackedEnding.Length] : name;

    public static bool IsPacked(string name) => name.EndsWith(PackedEnding, StringComparison.OrdinalIgnoreCase);

    /// <summary>One file of each key: while a file is being packed, both forms are there, and only the plain one is whole.</summary>
    public static IEnumerable<NamedFile> WithoutTwins(IEnumerable<NamedFile> files) =>
        files.GroupBy(file => file.Key, StringComparer.Ordinal).Select(twins => twins.MinBy(file => file.Name.Length));
}
