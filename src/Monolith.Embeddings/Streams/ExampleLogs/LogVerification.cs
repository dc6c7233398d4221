using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>Reads all of a log.</summary>
internal static class LogVerification
{
    public static async Task<ExampleLogCheck> RunAsync(LogPublisher publisher, CancellationToken cancellationToken)
    {
        var manifest = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (faults, files) = (new List<SnapshotException>(), manifest?.Files ?? []);
        foreach (var file in files)
        {
            if (await FindFaultAsync(publisher.Store, file, cancellationToken).ConfigureAwait(false) is { } fault) faults.Add(fault);
        }
        var stored = await publisher.Store.ListAsync(cancellationToken).ConfigureAwait(false);
        return new ExampleLogCheck
        {
            Status = ExampleLogStatus.Of(manifest),
            Faults = faults,
            UnlistedFiles =
            [
                .. stored.Select(file => file.Name).Where(name => !SuppressionStore.IsList(name)).Except(files.Select(file => file.Name)),
            ],
        };
    }

    private static async ValueTask<SnapshotException?> FindFaultAsync(
        SnapshotStore store, LogEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            using var file = await LogFileReader.OpenAsync(store, entry, cancellationToken).ConfigureAwait(false);
            for (var block = 0; block < file.Blocks; block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                RequireTimes(file, block);
            }
            return null;
        }
        catch (SnapshotException fault) when (fault.Fault != SnapshotFault.Storage)
        {
            return LogFaults.In(store, fault);
        }
    }

    private static void RequireTimes(LogFileReader file, int block)
    {
        var last = long.MinValue;
        for (var rows = file.ReadBlock(block).Span; rows.Length > 0;)
        {
            var length = RowBlock.LengthOfNext(rows);
            last = Math.Max(last, ExampleRowFormat.EventTimeOf(rows.Slice(RowChunk.LengthBytes, length)));
            rows = rows[(RowChunk.LengthBytes + length)..];
        }
        if (last != file.LastTimeOf(block))
            throw new SnapshotException(SnapshotFault.Damaged, file.Entry.Name, $"event times up to {file.LastTimeOf(block)}", $"{last}.");
    }
}
