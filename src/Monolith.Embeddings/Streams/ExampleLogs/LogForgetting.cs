using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// Rewrites the files of a log that have examples of forgotten
/// ids. A new file, once durable, takes the place of the old one in the manifest, and the old one is deleted. The log's store remembers, by
/// a list of its own, what was done.
/// </summary>
/// <param name="publisher">The log's manifest.</param>
/// <param name="schema">The schema of the stream.</param>
/// <param name="writer">The writer of the log.</param>
internal sealed class LogForgetting(LogPublisher publisher, FeatureSchema schema, Guid writer)
{
    private long _files;

    /// <summary>Removes the examples of forgotten ids, unless that was done.</summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="SnapshotException">The store failed, a file is damaged, or another writer took the log over.</exception>
    public async ValueTask<long> RunAsync(SuppressedExamples suppressed, bool again, CancellationToken cancellationToken)
    {
        if (suppressed.IsEmpty) return 0;
        var done = await LogFaults.CallAsync(publisher.Store, () => SuppressionStore.ReadAsync(publisher.Store, cancellationToken))
            .ConfigureAwait(false);
        if (!again && done.Covers(suppressed.List)) return 0;
        var (removed, rows) = (0L, new RowForgetting(schema, suppressed));
        var manifest = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var file in manifest?.Files ?? [])
            removed += await RewriteAsync(manifest!.Log, file, rows, cancellationToken).ConfigureAwait(false);
        await LogFaults.CallAsync(publisher.Store, () => SuppressionStore.AddAsync(publisher.Store, suppressed.List, cancellationToken))
            .ConfigureAwait(false);
        return removed;
    }

    private async ValueTask<long> RewriteAsync(Guid log, LogEntry entry, RowForgetting rows, CancellationToken cancellationToken)
    {
        LogEntry into;
        var found = 0L;
        using (var file = await LogFileReader.OpenAsync(publisher.Store, entry, cancellationToken).ConfigureAwait(false))
        {
            var reader = RowShapeFit.Reader(file.Shape, schema, allowsMissing: true, entry.Name);
            for (var block = 0; block < file.Blocks; block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                found += rows.Count(reader, file.ReadBlock(block).Span, file.EndRowOf(block) - file.FirstRowOf(block));
            }
            if (found == 0) return 0;
            var name = LogFileFormat.RewrittenNameOf(entry.FirstRow, writer, ++_files);
            using var target = await LogFileWriter.CreateAsync(publisher.Store, name, log, file.Shape, entry.FirstRow, cancellationToken)
                .ConfigureAwait(false);
            for (var block = 0; block < file.Blocks; block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rows.Copy(reader, file.ReadBlock(block).Span, file.EndRowOf(block) - file.FirstRowOf(block), keepsPlaces: true,
                    target.Append);
            }
            into = await target.CommitAsync(entry.Level, cancellationToken).ConfigureAwait(false);
        }
        var (_, now) = await publisher.ChangeAsync(writer, manifest => manifest.Merge([entry], into), cancellationToken)
            .ConfigureAwait(false);
        await publisher.Store.DeleteAsync(now.Files.Contains(into) ? entry.Name : into.Name, cancellationToken).ConfigureAwait(false);
        return found;
    }
}
