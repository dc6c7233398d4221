using System.Text.RegularExpressions;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>Which folder of the source a type stands in. A namespace does not tell: public types have that of the top folder.</summary>
internal static partial class TypeFolders
{
    private static readonly ILookup<string, string> Folders =
        (from file in SourceFiles.All
         let name = Path.GetFileName(file.Path).Split('.')[0]
         let text = file.Lines.Select(line => Namespace().Match(line)).FirstOrDefault(match => match.Success)
         where text is not null
         select (Type: $"{text.Groups[1].Value}.{name}", Folder: Path.GetDirectoryName(file.Path)!.Replace('\\', '/')))
        .Distinct().ToLookup(file => file.Type, file => file.Folder);

    /// <summary>Types whose parts stand in several folders.</summary>
    public static IEnumerable<string> Scattered =>
        from type in Folders where type.Count() > 1 select $"{type.Key}: {string.Join(", ", type)}";

    /// <summary>The folder below the library, such as <c>Tables/Stripes</c>; null for a type without a file of its name.</summary>
    public static string? Of(Type type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        return Folders[$"{type.Namespace}.{type.Name.Split('`')[0]}"].FirstOrDefault();
    }

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex Namespace();
}
