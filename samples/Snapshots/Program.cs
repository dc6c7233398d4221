using System.CommandLine;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using SnapshotsSample;
using SnapshotsSample.CommandLine;

const int Failed = 2, Cancelled = 130;

var parsed = SnapshotsCommand.Build(Console.Out).Parse(args);
if (parsed.Errors.Count > 0) return Fail(parsed.Errors[0].Message + " Try --help.");
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped.");
    return Cancelled;
}
catch (Exception exception) when (exception is UsageException or SnapshotException or OptionsValidationException or InvalidDataException or InvalidOperationException
    or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or OutOfMemoryException or BatchInterruptedException)
{
    return Fail(exception.Message);
}

static int Fail(string message)
{
    Console.Error.WriteLine("error: " + message.ReplaceLineEndings(" "));
    return Failed;
}
