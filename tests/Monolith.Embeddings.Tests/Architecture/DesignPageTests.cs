using System.Text.RegularExpressions;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>The pages under docs/design name the folders that there are, and types and members that there are.</summary>
public partial class DesignPageTests
{
    // Patterns, names of other libraries and tools, and what was rejected: words that no code of the repository has.
    private static readonly string[] NoNames =
    [
        "EventSource", "FileSystemWatcher", "FullyQualifiedName", "HDF5", "IMeterFactory", "InternalsVisibleTo", "TestCategory", "Unescape",
        "VectorN", "Xxx", "XxxOptions",
    ];

    private static readonly string[] Projects = ["src", "benchmarks", "samples", "tests"];

    [Test]
    public void Every_folder_of_the_library_stands_in_one_table_of_folders()
    {
        var folders = SourceFiles.All.Select(file => Path.GetDirectoryName(file.Path)!.Replace('\\', '/')).Distinct();
        string[] named = [.. DesignPages.Folders.Select(row => row.Folder).Where(folder => !IsApart(folder))];
        Assert.That(named, Is.Unique);
        Assert.That(named, Is.EquivalentTo(folders));
    }

    [Test]
    public void Every_folder_of_a_package_or_benchmark_in_a_table_is_there()
    {
        var missing = DesignPages.Folders.Where(row => IsApart(row.Folder) && !Directory.Exists(PathOf(row.Folder)));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void The_types_of_a_row_stand_in_its_folder()
    {
        var wrong =
            from row in DesignPages.Folders
            from type in row.Types
            let name = type.Split('<')[0]
            where !File.Exists(Path.Combine(PathOf(row.Folder), name + ".cs"))
            select $"{row.Page}: {row.Folder} has no {type}";
        Assert.That(wrong, Is.Empty);
        Assert.That(DesignPages.Folders.Count(row => row.Types.Length > 0), Is.GreaterThan(40));
    }

    [Test]
    public void Names_in_code_quotes_are_in_the_code()
    {
        var known = Identifiers();
        var unknown =
            from name in DesignPages.Names
            where name.Name.Split('.').Any(part => !known.Contains(part) && !NoNames.Contains(part))
            select $"{name.Page}: {name.Name}";
        Assert.That(unknown.Distinct(), Is.Empty);
        Assert.That(DesignPages.Names.Count(), Is.GreaterThan(500));
    }

    [Test]
    public void No_exception_is_needless()
    {
        var (known, named) = (Identifiers(), DesignPages.Names.SelectMany(name => name.Name.Split('.')).ToHashSet());
        Assert.That(NoNames.Where(name => known.Contains(name) || !named.Contains(name)), Is.Empty);
    }

    [Test]
    public void A_table_of_folders_is_seen()
    {
        string[] lines =
        [
            "| folder of `A` | what | types to begin with |", "|---|---|---|", "| `B` | b | `X`, `Y<T>` |", "| the folder itself | a | |",
            "", "| `C` | c |",
        ];
        var rows = DesignPages.FoldersOf("p.md", lines).Select(row => $"{row.Folder}: {string.Join(' ', row.Types)}");
        Assert.That(rows, Is.EqualTo(new[] { "A/B: X Y<T>", "A: " }));
    }

    private static bool IsPackage(string folder) => folder.StartsWith("Monolith.Embeddings.", StringComparison.Ordinal);

    private static bool IsApart(string folder) => IsPackage(folder) || IsBenchmark(folder);

    private static bool IsBenchmark(string folder) => folder.StartsWith("benchmarks/", StringComparison.Ordinal);

    private static string PathOf(string folder) => Path.Combine(
        IsBenchmark(folder) ? SourceFiles.Repository
        : IsPackage(folder) ? Path.Combine(SourceFiles.Repository, "src")
        : SourceFiles.Library, folder);

    // What stands in comments was perhaps there once. This file's exceptions are names of nothing.
    private static HashSet<string> Identifiers()
    {
        var files = Projects.SelectMany(project => Directory.EnumerateFiles(
            Path.Combine(SourceFiles.Repository, project), "*.cs", SearchOption.AllDirectories));
        var lines =
            from file in files
            where !file.EndsWith($"{nameof(DesignPageTests)}.cs", StringComparison.Ordinal)
            from line in File.ReadLines(file)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            select line;
        HashSet<string> names = [.. lines.SelectMany(line => Identifier().Matches(line)).Select(match => match.Value)];
        names.UnionWith(DesignPages.Folders.SelectMany(row => row.Folder.Split('/', '.')));
        return names;
    }

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Identifier();
}
