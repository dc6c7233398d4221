using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Restoring;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// Reads back what the files of a commit say of themselves, before the commit is published: a commit is durable only if it can be
/// restored.
/// </summary>
/// <param name="chain">The chain that the commit is for.</param>
internal sealed class CommitCheck(SnapshotChain chain)
{
    /// <summary>Opens the files as a restore does: header, directory, descriptions of tables.</summary>
    /// <exception cref="SnapshotException">A restore would refuse them, or the medium failed.</exception>
    public async Task RunAsync(SnapshotCommit commit, CancellationToken cancellationToken)
    {
        var training = new List<SnapshotContents>();
        try
        {
            foreach (var which in commit.TableFiles)
            {
                var file = await SnapshotContents.OpenAsync(chain.Store, chain.Id, commit, which, cancellationToken).ConfigureAwait(false);
                using var serving = which.IsServing ? file : null;
                if (which.IsServing) continue;
                training.Add(file);
                TableDescriptionFit.Require(file, TableDescriptions.Of(chain.Tables));
                FileFingerprint.Require(file, chain.Tables, file.Schema);
            }
            await RequireSegmentsAsync(commit, cancellationToken).ConfigureAwait(false);
            if (commit.Kind == SnapshotKind.Full && chain.Options.RestoreBeforePublishing)
                await Task.Run(() => Restore(training, commit, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var file in training) file.Dispose();
        }
    }

    // Those that are new: the others were there before.
    private async Task RequireSegmentsAsync(SnapshotCommit commit, CancellationToken cancellationToken)
    {
        foreach (var segment in commit.Segments.Except(chain.Segments))
        {
            using var file = await SegmentFile.OpenAsync(chain.Store, chain.Id, segment, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Restore(List<SnapshotContents> full, SnapshotCommit commit, CancellationToken cancellationToken)
    {
        try
        {
            using var scratch = chain.Tables.CreateScratch();
            foreach (var file in full) file.VerifyNamedSections();
            new TableRestore(scratch, chain.Options.RestoreThreads, cancellationToken).Run(full, null);
            if (scratch.Count == commit.Rows) return;
            throw new SnapshotException(
                SnapshotFault.Damaged, commit.Training.Name, $"{commit.Rows} rows after a restore", $"{scratch.Count}.");
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ArgumentException)
        {
            throw new SnapshotException(
                SnapshotFault.Storage, commit.Training.Name, $"room to restore {commit.Rows} rows beside the tables",
                $"none: {exception.Message} Switch {nameof(SnapshotChainOptions.RestoreBeforePublishing)} off where there is not "
                + "so much memory.", exception);
        }
    }
}
