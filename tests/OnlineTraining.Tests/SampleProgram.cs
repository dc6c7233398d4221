namespace OnlineTraining.Tests;

/// <summary>Runs the sample as its user does, and keeps what it said.</summary>
internal sealed class SampleProgram
{
    private SampleProgram(int exitCode, string output, string error)
    {
        (ExitCode, Output, Error) = (exitCode, output, error);
    }

    public int ExitCode { get; }

    public string Output { get; }

    public string Error { get; }

    public static async Task<SampleProgram> RunAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var capturedOutput = new StringWriter();
        using var capturedError = new StringWriter();
        Console.SetOut(capturedOutput);
        Console.SetError(capturedError);
        try
        {
            var result = typeof(TrainingRun).Assembly.EntryPoint!.Invoke(null, [arguments]);
            var exitCode = result is Task<int> task ? await task : (int)result!;
            return new SampleProgram(exitCode, capturedOutput.ToString(), capturedError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
