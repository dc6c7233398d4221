using SnapshotsSample.Commands;

namespace SnapshotsSample.Tests;

/// <summary>Runs the sample as its user does, and keeps what it said.</summary>
internal sealed record SampleProgram(int ExitCode, string Output, string Error)
{
    public static async Task<SampleProgram> RunAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using StringWriter capturedOutput = new(), capturedError = new();
        Console.SetOut(capturedOutput);
        Console.SetError(capturedError);
        try
        {
            var result = typeof(Train).Assembly.EntryPoint!.Invoke(null, [arguments]);
            var exitCode = result is Task<int> task ? await task : (int)result!;
            return new SampleProgram(exitCode, capturedOutput.ToString(), capturedError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>Runs it, and requires that it succeeds.</summary>
    public static async Task<string> OutputOfAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.Output;
    }
}
