using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>Makes a log what a commit says: no row beyond it, and none missing.</summary>
/// <param name="publisher">The log's manifest.</param>
/// <param name="writer">The writer that takes it over.</param>
/// <param name="acceptsOther">Whether a log that does not fit is gone on with.</param>
internal sealed class LogTakeOver(LogPublisher publisher, Guid writer, bool acceptsOther)
{
    private const string Accept =
        $"{nameof(ExampleLogOptions)}.{nameof(ExampleLogOptions.AcceptOtherHistory)}";

    /// <summary>Takes the log over.</summary>
    /// <param name="state">What the commit says of it; null where the training starts from the beginning, or the commit knows of no
    /// log.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SnapshotException">The log does not fit; nothing was changed. Or the store failed.</exception>
    public async ValueTask<LogManifest> RunAsync(LogState? state, CancellationToken cancellationToken)
    {
        var found = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (found is not null && found.Log == state?.Log)
        {
            foreach (var file in state.Files.Where(file => file.EndRow > found.NextRow))
                await CheckAsync(file, cancellationToken).ConfigureAwait(false);
        }
        var (_, now) = await publisher.ChangeAsync(manifest => Fit(manifest, state), cancellationToken).ConfigureAwait(false);
        await RemoveUnlistedAsync(now, cancellationToken).ConfigureAwait(false);
        return now;
    }

    private async ValueTask CheckAsync(LogEntry file, CancellationToken cancellationToken)
    {
        using var reader = await LogFileReader.OpenAsync(publisher.Store, file, cancellationToken).ConfigureAwait(false);
    }

    private LogManifest Fit(LogManifest? found, LogState? state)
    {
        var manifest = (found ?? LogManifest.Begin()) with { Writer = writer };
        if (state is null)
        {
            if (manifest.NextRow == 0 || acceptsOther) return manifest;
            throw Refused("no rows, because the training starts from the beginning",
                $"{manifest.NextRow}. Give the log an empty store, or set {Accept} to append to what is there.");
        }
        if (manifest.Log != state.Log)
        {
            if (acceptsOther || (found is null && state.NextRow == 0)) return manifest;
            throw Refused($"log {state.Log}, to which the commit belongs",
                $"{(found is null ? "no log" : $"log {manifest.Log}")}. Put its store back, or set {Accept} to go on with what is there.");
        }
        var fitted = Append(manifest, state.Files).CutAt(state.NextRow);
        if (fitted.NextRow == state.NextRow || acceptsOther) return fitted;
        throw Refused($"{state.NextRow} rows, as the commit says",
            $"{fitted.NextRow}: the log was set back behind the trainer. Put back a newer copy of it, or set {Accept} to go on without.");
    }

    private LogManifest Append(LogManifest manifest, IReadOnlyList<LogEntry> files)
    {
        try
        {
            return manifest.Append(files);
        }
        catch (FormatException cause)
        {
            if (acceptsOther) return manifest;
            throw Refused("the rows of all commits", $"a gap: {cause.Message} Put back a newer copy of the log, or set {Accept}.", cause);
        }
    }

    // What a writer left that was killed, or trained what was never committed.
    private async ValueTask RemoveUnlistedAsync(LogManifest manifest, CancellationToken cancellationToken)
    {
        var listed = manifest.Files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var file in await publisher.Store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (listed.Contains(file.Name) || SuppressionStore.IsList(file.Name)) continue;
            await publisher.Store.DeleteAsync(file.Name, cancellationToken).ConfigureAwait(false);
        }
    }

    private static SnapshotException Refused(string expected, string found, Exception? cause = null) =>
        new(SnapshotFault.Refused, LogManifestFormat.Name, expected, found, cause);
}
