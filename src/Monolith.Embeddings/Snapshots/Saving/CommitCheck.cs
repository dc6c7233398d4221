using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Restoring;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// Reads back what the files of a commit say of themselves, before anybody is told of the commit: a commit is durable only if it can be
/// restored.
/// </summary>
/// <param name="chain">The chain that the commit is for.</param>
internal sealed class CommitCheck(SnapshotChain chain)
{
    /// <summary>Opens the files as a restore does: header, directory, descriptions of tables.</summary>
    /// <exception cref="SnapshotException">A restore would refuse them, or the medium failed.</exception>
    public async Task RunAsync(SnapshotCommit commit, CancellationToken cancellationToken)
    {
        using var training = await SnapshotContents.OpenAsync(chain.Store, chain.Id, commit, cancellationToken).ConfigureAwait(false);
        TableDescriptionFit.Require(training, TableDescriptions.Of(chain.Tables));
        FileFingerprint.Require(training, chain.Tables, training.Schema);
        if (commit.Serving is { } entry)
        {
            var file = await chain.Store.OpenAsync(entry.Name, cancellationToken).ConfigureAwait(false);
            using var serving = SnapshotContents.Open(file, entry);
            serving.RequireOf(chain.Id, commit);
        }
        if (commit.Kind == SnapshotKind.Full && chain.Options.RestoreBeforePublishing)
            await Task.Run(() => Restore(training, commit, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private void Restore(SnapshotContents full, SnapshotCommit commit, CancellationToken cancellationToken)
    {
        try
        {
            using var scratch = chain.Tables.CreateScratch();
            full.VerifyNamedSections();
            new TableRestore(scratch, chain.Options.RestoreThreads, cancellationToken).Run([full], null);
            if (scratch.Count == commit.Rows) return;
            throw new SnapshotException(SnapshotFault.Damaged, full.Name, $"{commit.Rows} rows after a restore", $"{scratch.Count}.");
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ArgumentException)
        {
            throw new SnapshotException(SnapshotFault.Storage, full.Name, $"room to restore {commit.Rows} rows beside the tables",
                $"none: {exception.Message} Switch {nameof(SnapshotChainOptions.RestoreBeforePublishing)} off where there is not "
                + "so much memory.", exception);
        }
    }
}
