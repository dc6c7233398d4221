using System.CommandLine;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Tables;
using OnlineTraining.CommandLine;
using OnlineTraining;

const int Failed = 2, Cancelled = 130;

var command = new TrainingCommand().Build((arguments, cancellationToken) => new TrainingRun(arguments, Console.Out).RunAsync(cancellationToken));
var parsed = command.Parse(args);
if (parsed.Errors.Count > 0) return Fail(parsed.Errors[0].Message + " Try --help.");
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine();
    Console.Error.WriteLine("Stopped between two batches.");
    return Cancelled;
}
catch (MalformedLineException exception)
{
    return Fail(exception.Message.Replace("MalformedLines.Limit", "--skip-malformed", StringComparison.Ordinal));
}
catch (Exception exception) when (exception is UsageException or OptionsValidationException or InvalidDataException
    or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or OutOfMemoryException or BatchInterruptedException)
{
    return Fail(exception.Message);
}

static int Fail(string message)
{
    Console.Error.WriteLine("error: " + message.ReplaceLineEndings(" "));
    return Failed;
}
