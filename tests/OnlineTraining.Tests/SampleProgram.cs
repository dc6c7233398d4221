using Programs.Tests;

namespace OnlineTraining.Tests;

/// <summary>Runs the sample as its user does.</summary>
internal static class SampleProgram
{
    public static Task<ProgramRun> RunAsync(params string[] arguments) => ProgramRun.OfAsync(typeof(TrainingRun).Assembly, arguments);
}
