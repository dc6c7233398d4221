using Programs.Tests;

namespace BeforeAfter.Tests;

/// <summary>What the user gets wrong is told before anything is built.</summary>
[NonParallelizable]
public class UsageTests
{
    private static readonly string[][] BadArguments =
    [
        [],
        ["--before", "no-such-commit"],
        ["--before", "HEAD", "--after", "no-such-commit"],
        ["--before", "HEAD", "--rows", "9999"],
        ["--before", "HEAD", "--dim", "0"],
        ["--before", "HEAD", "--rounds", "0"],
        ["--before", "HEAD", "--filter", "no such verb"],
        ["--before", "HEAD", "--before-driver", "no/such/folder"],
        ["--before", "HEAD", "--folder", "no/such/folder"],
    ];

    [TestCaseSource(nameof(BadArguments))]
    public async Task Bad_arguments_are_named(params string[] arguments)
    {
        using var folder = new GitFolder(("a", ""));
        var current = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder.Root);
        try
        {
            var run = await ProgramRun.OfAsync(typeof(Settings).Assembly, arguments);
            Assert.That(run.ExitCode, Is.Not.Zero);
            Assert.That(run.Error, Does.Contain(arguments.Length > 0 ? arguments[^1] : "--before").And.Not.Contain("   at "));
        }
        finally
        {
            Directory.SetCurrentDirectory(current);
        }
    }
}
