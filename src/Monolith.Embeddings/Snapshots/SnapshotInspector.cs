namespace Monolith.Embeddings.Snapshots;

/// <summary>Says what a store holds, and whether it is whole. Changes nothing, and throws for no damage: all that is wrong is told together.</summary>
public static class SnapshotInspector
{
    /// <summary>Reads the manifest, and of each file that it names what the file says of itself: header, directory, descriptions of tables. Takes little of each file.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="SnapshotException">The files cannot be listed.</exception>
    public static Task<SnapshotInspection> InspectAsync(SnapshotStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new Inspection(store, _ => { }, cancellationToken).RunAsync();
    }

    /// <summary>Inspects the store, reads every byte of every file that the manifest names, and checks every checksum. Holds one block in memory.</summary>
    /// <param name="store">The store.</param>
    /// <param name="progress">Told after each file, its rows being those of the file; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found; <see cref="SnapshotInspection.Problems"/> is empty where everything is whole.</returns>
    /// <exception cref="SnapshotException">The files cannot be listed.</exception>
    public static Task<SnapshotInspection> VerifyAsync(SnapshotStore store, IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new Inspection(store, Verify, cancellationToken).RunAsync();

        void Verify(SnapshotContents contents)
        {
            contents.Reader.Verify(threads: 1, cancellationToken);
            var rows = contents.Tables.Sum(t => t.Rows);
            new SnapshotProgressReporter(progress, SnapshotPhase.Verifying, contents.Name).Report(rows, rows);
        }
    }
}
