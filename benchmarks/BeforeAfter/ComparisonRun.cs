using BeforeAfter.Versions;
using Measuring;

namespace BeforeAfter;

/// <summary>Builds both versions, compares them and prints the results.</summary>
internal static class ComparisonRun
{
    /// <returns>Whether all bars are kept.</returns>
    /// <exception cref="UsageException">Nothing can be measured; the message says why.</exception>
    public static bool Run(Settings settings, CancellationToken cancellationToken)
    {
        settings.RequireValid();
        Rounds.RequireAny(settings);
        var repository = Repository.Around(Directory.GetCurrentDirectory());
        // Before anything is built: a build takes a while.
        foreach (var version in new[] { settings.Before, settings.After }) repository.Resolve(version);
        var builds = Directory.CreateTempSubdirectory("before-after-");
        try
        {
            var builder = new VersionBuilder(repository, builds.FullName);
            var before = builder.Build("before", settings.Before, settings.BeforeDriver);
            cancellationToken.ThrowIfCancellationRequested();
            var after = builder.Build("after", settings.After, settings.AfterDriver);
            return Print(new Rounds(settings, before, after).Run(cancellationToken));
        }
        finally
        {
            Delete(builds);
        }
    }

    private static bool Print(IReadOnlyList<Comparison> comparisons)
    {
        var report = new Report();
        foreach (var comparison in comparisons) comparison.Print(report);
        Console.WriteLine();
        return comparisons.Select(comparison => comparison.PrintVerdict()).ToArray().All(isKept => isKept);
    }

    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Some systems keep the files of loaded assemblies.
            Console.Error.WriteLine($"{folder.FullName} is left behind: {exception.Message}");
        }
    }
}
