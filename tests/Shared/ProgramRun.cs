using System.Reflection;

namespace Programs.Tests;

/// <summary>A program run as its user does, and what it said.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    public static async Task<ProgramRun> OfAsync(Assembly program, string[] arguments)
    {
        using var console = new CapturedConsole();
        var result = program.EntryPoint!.Invoke(null, [arguments]);
        var exitCode = result is Task<int> task ? await task : (int)result!;
        return new ProgramRun(exitCode, console.Output, console.Error);
    }

    /// <summary>Requires that it ended with one line that says what the user can correct.</summary>
    public void AssertOneLine()
    {
        Assert.That(ExitCode, Is.EqualTo(2), Error + Output);
        Assert.That(Error.TrimEnd('\n'), Does.StartWith("error: ").And.Not.Contain("\n").And.Not.Contain("   at "));
        TestContext.Out.WriteLine(Error);
    }
}
