using OnlineTraining.Tests;
using Programs.Tests;

namespace TorchRecommender.Tests;

/// <summary>Runs the sample as its user does.</summary>
internal static class SampleProgram
{
    public static Task<ProgramRun> RunAsync(params string[] arguments) => ProgramRun.OfAsync(typeof(TorchRun).Assembly, arguments);

    /// <summary>Runs it on ratings in which the user decides, with a model that is small enough to learn that soon.</summary>
    public static async Task<string> OutputOfAsync(SampleFiles files, params string[] arguments)
    {
        var path = files.Write("ratings.dat", SampleFiles.Ratings("::", 1500, 9, 3));
        var result = await RunAsync(
            ["--data", path, "--window", "500", "--hidden", "8", "--dimension", "4", "--batch-size", "16", .. arguments]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.Output;
    }
}
