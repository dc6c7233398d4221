using Microsoft.Extensions.Options;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Samples.Common;
using TorchRecommender;
using TorchRecommender.CommandLine;

var command = new TorchCommand()
    .Build((arguments, cancellationToken) => new TorchRun(arguments, Console.Out).RunAsync(cancellationToken));
return await SampleRun.RunAsync(command, args, Environment.NewLine + "Stopped between two batches.", Explain);

static string? Explain(Exception exception) => exception switch
{
    ExampleSourceException { InnerException: { } cause } => Explain(cause),
    MalformedLineException => exception.Message.Replace("MalformedLines.Limit", "--skip-malformed", StringComparison.Ordinal),
    UsageException or OptionsValidationException or InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException
        or NotSupportedException or OutOfMemoryException or BatchInterruptedException or SnapshotException
        or DllNotFoundException => exception.Message,
    _ => null,
};
