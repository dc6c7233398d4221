using Programs.Tests;
using SnapshotsSample.Commands;

namespace SnapshotsSample.Tests;

/// <summary>Runs the sample as its user does.</summary>
internal static class SampleProgram
{
    public static Task<ProgramRun> RunAsync(params string[] arguments) => ProgramRun.OfAsync(typeof(Train).Assembly, arguments);

    /// <summary>Runs it, and requires that it succeeds.</summary>
    public static async Task<string> OutputOfAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.Output;
    }
}
