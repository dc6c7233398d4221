namespace BeforeAfter.Versions;

/// <summary>Builds versions of the core, each with a driver that is compiled with it.</summary>
/// <param name="repository">Where they come from.</param>
/// <param name="folder">An empty folder to build in.</param>
internal sealed class VersionBuilder(Repository repository, string folder)
{
    private const string Benchmarks = "benchmarks", Contract = "BeforeAfter.Contract", Driver = "BeforeAfter.Driver";
    private const string Core = "Monolith.Embeddings.csproj";

    // Quiet, alike for all versions, and without a server that lives on beside the measurement.
    private static readonly string[] Options =
    [
        "-c", "Release", "-v", "quiet", "--disable-build-servers", "-p:TreatWarningsAsErrors=false",
        "-p:MSBuildTreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false",
        "-p:GenerateDocumentationFile=false", "-p:EnableSourceLink=false", "-p:EnableSourceControlManagerQueries=false",
        "-p:NuGetAudit=false", "-p:WarningLevel=0",
    ];

    /// <summary>Builds a version; the same one twice gives two builds.</summary>
    /// <param name="name">The name of its folder.</param>
    /// <param name="version">A commit, or <see cref="Settings.WorkTree"/>.</param>
    /// <param name="driver">
    /// The folder of the driver. Null for the one beside this program; where that does not compile with the version, the version's own.
    /// </param>
    /// <returns>The path of the driver's assembly, beside which lies all that it needs.</returns>
    /// <exception cref="UsageException">There is no such version, or it cannot be built.</exception>
    public string Build(string name, string version, string? driver)
    {
        var commit = repository.Resolve(version);
        Console.Error.WriteLine($"Building {name}: {version}{(commit == version ? "" : " = " + commit)}");
        var tree = Directory.CreateDirectory(Path.Combine(folder, name, "source")).FullName;
        repository.Extract(commit, tree);
        var output = Path.Combine(folder, name, "build");
        var core = FindCore(tree, version);
        // A driver that the version brings is kept aside.
        var own = Path.Combine(folder, name, "driver");
        var place = Path.Combine(tree, Benchmarks, Driver);
        if (Directory.Exists(place)) Directory.Move(place, own);
        Replace(Path.Combine(repository.Root, Benchmarks, Contract), Path.Combine(tree, Benchmarks, Contract));
        Replace(driver ?? Path.Combine(repository.Root, Benchmarks, Driver), place);
        var (code, log) = Compile(place, core, output);
        if (code != 0 && driver is null && Directory.Exists(own))
        {
            Console.Error.WriteLine($"The present driver does not compile with {version}; taking the driver that {version} brings.");
            Replace(own, place);
            (code, log) = Compile(place, core, output);
        }
        if (code == 0) return Path.Combine(output, Driver + ".dll");
        throw new UsageException(
            $"{version} cannot be built with its driver; --{name}-driver FOLDER names another one that fits its API."
            + Environment.NewLine + log.Trim());
    }

    private static (int ExitCode, string Output) Compile(string driver, string core, string output) =>
        Command.Run(driver, "dotnet", ["build", .. Options, $"-p:CoreProject={core}", "--output", output]);

    private static string FindCore(string tree, string version)
    {
        string[] found = [.. Directory.EnumerateFiles(tree, Core, SearchOption.AllDirectories)];
        if (found.Length != 1) throw new UsageException($"{version} has {found.Length} files of the name {Core}; one is needed.");
        return found[0];
    }

    private static void Replace(string source, string destination)
    {
        if (!Directory.Exists(source)) throw new UsageException($"There is no folder '{source}'.");
        if (Directory.Exists(destination)) Directory.Delete(destination, recursive: true);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(destination, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
