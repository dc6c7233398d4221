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
    public void Bad_arguments_are_named(params string[] arguments)
    {
        using var folder = new GitFolder(("a", ""));
        var current = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder.Root);
        try
        {
            using var console = new CapturedConsole();
            var code = (int)typeof(Settings).Assembly.EntryPoint!.Invoke(null, [arguments])!;
            Assert.That(code, Is.Not.Zero);
            Assert.That(console.Error, Does.Contain(arguments.Length > 0 ? arguments[^1] : "--before").And.Not.Contain("   at "));
        }
        finally
        {
            Directory.SetCurrentDirectory(current);
        }
    }
}
