using Microsoft.Extensions.Options;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Samples.Common;
using SnapshotsSample.CommandLine;

return await SampleRun.RunAsync(SnapshotsCommand.Build(Console.Out), args, "Stopped.", exception => exception switch
{
    SnapshotException => $"{exception.Message}{Shared.FoldersOf(args)}",
    UsageException or OptionsValidationException or InvalidDataException or InvalidOperationException or IOException
        or UnauthorizedAccessException or ArgumentException or NotSupportedException or OutOfMemoryException or BatchInterruptedException
        => exception.Message,
    _ => null,
});
