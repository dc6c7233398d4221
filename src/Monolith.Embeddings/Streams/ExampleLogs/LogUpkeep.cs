using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// Merges small files and deletes old ones. A failure changes nothing and is tried again after the next commit. Used by one thread at a
/// time.
/// </summary>
internal sealed class LogUpkeep(LogPublisher publisher, ExampleLogOptions options, TimeProvider time, Guid writer)
{
    private long _files;

    /// <summary>Why it failed the last time; null where it did not.</summary>
    public Exception? LastFailure { get; private set; }

    /// <exception cref="SnapshotException">Another writer took the log over.</exception>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RetainAsync(cancellationToken).ConfigureAwait(false);
            while (await publisher.ReadAsync(cancellationToken).ConfigureAwait(false) is { } manifest
                && LogMergePlan.Of(manifest.Files, options) is { } plan)
                await MergeAsync(manifest.Log, plan, cancellationToken).ConfigureAwait(false);
            LastFailure = null;
        }
        catch (SnapshotException failure) when (!failure.IsReplaced)
        {
            LastFailure = failure;
            StreamLog.ExampleLogNotMerged(options.Logger ?? NullLogger.Instance, failure);
        }
    }

    private async ValueTask RetainAsync(CancellationToken cancellationToken)
    {
        if (options.MaxAge is null && options.MaxBytes is null) return;
        var clock = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (before, now) = await publisher.ChangeAsync(
            writer, manifest => manifest.Drop(LogRetention.DueFiles(manifest.Files, options, clock)), cancellationToken)
            .ConfigureAwait(false);
        await DeleteAsync(before!.Files.Take(before.Files.Count - now.Files.Count), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask MergeAsync(Guid log, IReadOnlyList<LogEntry> files, CancellationToken cancellationToken)
    {
        var into = await WriteAsync(log, files, cancellationToken).ConfigureAwait(false);
        var (_, now) = await publisher.ChangeAsync(writer, manifest => manifest.Merge(files, into), cancellationToken)
            .ConfigureAwait(false);
        await DeleteAsync(now.Files.Contains(into) ? files : [into], cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<LogEntry> WriteAsync(Guid log, IReadOnlyList<LogEntry> files, CancellationToken cancellationToken)
    {
        LogFileWriter? into = null;
        try
        {
            foreach (var entry in files)
            {
                using var file = await LogFileReader.OpenAsync(publisher.Store, entry, cancellationToken).ConfigureAwait(false);
                into ??= await LogFileWriter.CreateAsync(
                    publisher.Store, LogFileFormat.MergedNameOf(entry.FirstRow, writer, ++_files), log, file.Shape, entry.FirstRow,
                    cancellationToken).ConfigureAwait(false);
                for (var block = 0; block < file.Blocks; block++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    into.Append(file.ReadBlock(block).Span, file.EndRowOf(block) - file.FirstRowOf(block));
                }
            }
            return await into!.CommitAsync(files.Max(entry => entry.Level) + 1, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            into?.Dispose();
        }
    }

    private async ValueTask DeleteAsync(IEnumerable<LogEntry> files, CancellationToken cancellationToken)
    {
        foreach (var file in files) await publisher.Store.DeleteAsync(file.Name, cancellationToken).ConfigureAwait(false);
    }
}
