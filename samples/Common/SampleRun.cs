using System.CommandLine;
using System.Text.RegularExpressions;

namespace Samples.Common;

/// <summary>Runs a command line as a program of the console: what the user got wrong ends in one line on the error stream, never in a stack
/// trace.</summary>
public static partial class SampleRun
{
    private const int Failed = 2, Cancelled = 130;

    /// <summary>Runs it.</summary>
    /// <param name="command">What can be asked for.</param>
    /// <param name="args">What the user asks for.</param>
    /// <param name="stopped">What to say where the user stopped it.</param>
    /// <param name="explain">The one line for an exception; null for one that is a fault of the program, and is thrown on.</param>
    /// <returns>0 where all went well, 2 where the user can correct it, 130 where the user stopped it.</returns>
    public static async Task<int> RunAsync(RootCommand command, string[] args, string stopped, Func<Exception, string?> explain)
    {
        var parsed = command.Parse(args);
        if (parsed.Errors.Count > 0) return Fail(Plain(parsed.Errors[0].Message) + " Try --help.");
        try
        {
            return await parsed.InvokeAsync(
                new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine(stopped);
            return Cancelled;
        }
        catch (Exception exception) when (explain(exception) is not null)
        {
            return Fail(explain(exception)!);
        }
    }

    // The parser names the type of the program that a text is none of, which tells the user nothing.
    private static string Plain(string message) => ParsedType().Replace(message, "");

    [GeneratedRegex(" as expected type '[^']*'")]
    private static partial Regex ParsedType();

    private static int Fail(string message)
    {
        Console.Error.WriteLine("error: " + message.ReplaceLineEndings(" "));
        return Failed;
    }
}
