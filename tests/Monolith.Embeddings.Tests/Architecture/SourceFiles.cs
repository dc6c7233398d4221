namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class SourceFiles
{
    private const string Core = "Monolith.Embeddings";

    public static string Repository { get; } = FindRepository();

    public static string Library { get; } = Path.Combine(Repository, "src", Core);

    /// <summary>The library's code: path below the library, slashes forward, and lines.</summary>
    public static IReadOnlyList<(string Path, string[] Lines)> All { get; } = Of(Core);

    /// <summary>The packages beside the core.</summary>
    public static IReadOnlyList<string> Packages { get; } =
        [.. Directory.GetDirectories(Path.Combine(Repository, "src"), Core + ".*")
            .Select(Path.GetFileName).OfType<string>().Where(name => name != Core)
            .Order(StringComparer.Ordinal)];

    /// <summary>The code of a project below src: path below the project, slashes forward, and lines.</summary>
    public static IReadOnlyList<(string Path, string[] Lines)> Of(string project) => Below(Path.Combine("src", project));

    /// <summary>The code below a folder of the repository: path below the folder, slashes forward, and lines.</summary>
    public static IReadOnlyList<(string Path, string[] Lines)> Below(string below)
    {
        var folder = Path.Combine(Repository, below);
        return [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllLines(file)))
            .Where(file => !file.Item1.StartsWith("obj/", StringComparison.Ordinal)
                && !file.Item1.StartsWith("bin/", StringComparison.Ordinal))];
    }

    // A reproducible build hides where its files stood; the build's output stands in the repository.
    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Monolith.Embeddings.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Monolith.Embeddings.sln above {AppContext.BaseDirectory}.");
    }
}
