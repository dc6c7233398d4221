using Monolith.Embeddings.Snapshots.Stores;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Where snapshots live: named files that never change, and one manifest that says which of them count. Derive from it to keep them in an
/// object store or a database. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// <b>Writers.</b> More than one may be at work: a trainer, a compaction, and an old trainer that was taken for dead. They are kept apart
/// by two things: the manifest is replaced by compare-and-swap alone, and each trainer that takes a chain over raises the manifest's
/// incarnation. So an old trainer loses its next replacement, reads the manifest, and finds that it was replaced.
/// </para>
/// <para>
/// <b>Names</b> are never used again, not even after a deletion or a failed write: a reader that knows a name then never sees other bytes
/// under it.
/// </para>
/// <para>
/// <b>Readers</b> go through the manifest only. A file that the manifest does not name is not there for them, whole as it may be; a listing
/// is for cleaning up and for tools.
/// </para>
/// <para>
/// <b>Durability.</b> A file's commit and a manifest's replacement are durable when they return, in this order: nothing is named before it
/// is safe. A flush that failed is never tried again on the same file, because systems drop the data and then report success. A manifest
/// that was read is as durable as one that was replaced.
/// </para>
/// <para>
/// <b>Deleting.</b> First the manifest that no longer names a file, then the file. A reader that still has it open reads on or is told
/// (<see cref="SnapshotFile"/>).
/// </para>
/// <para>
/// <b>Failures</b> of the medium or of the data are <see cref="SnapshotException"/>s. Wrong arguments are <see cref="ArgumentException"/>s.
/// Names are 1 to 128 of a-z, 0-9, '.', '-' and '_', begin and end with a letter or digit, do not begin with "manifest" and do not end with
/// ".tmp"; the members here check this before they call a store's own.
/// </para>
/// </remarks>
public abstract class SnapshotStore
{
    /// <summary>How much room the medium has for this process; null where that is not known.</summary>
    internal virtual long? FreeBytes => null;

    /// <summary>Begins a new file.</summary>
    /// <param name="name">Its name, never used before in this store.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The file, invisible until it is committed; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The name breaks the rules.</exception>
    /// <exception cref="SnapshotException">The name is taken (this may also show at the commit only), or the medium failed.</exception>
    public ValueTask<SnapshotFileStream> CreateAsync(string name, CancellationToken cancellationToken = default)
    {
        SnapshotFileNames.Require(name);
        return CreateCoreAsync(name, cancellationToken);
    }

    /// <summary>Opens a committed file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The file; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The name breaks the rules.</exception>
    /// <exception cref="SnapshotException">There is no such file (<see cref="SnapshotFault.Missing"/>), or the medium failed.</exception>
    public ValueTask<SnapshotFile> OpenAsync(string name, CancellationToken cancellationToken = default)
    {
        SnapshotFileNames.Require(name);
        return OpenCoreAsync(name, cancellationToken);
    }

    /// <summary>Deletes a committed file. Need not be durable at once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="ArgumentException">The name breaks the rules.</exception>
    /// <exception cref="SnapshotException">The medium failed.</exception>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        SnapshotFileNames.Require(name);
        return DeleteCoreAsync(name, cancellationToken);
    }

    /// <summary>Lists the committed files, without the manifest, in ordinal order of their names.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SnapshotException">The medium failed.</exception>
    public abstract ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the manifest.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>It, whole and durable, with the token of its version; null where there is none yet.</returns>
    /// <exception cref="SnapshotException">The medium failed.</exception>
    public abstract ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces the manifest if it is still the one of <paramref name="expectedToken"/>. Readers see the old one or the new one, whole.
    /// When this returns a token, the new one is durable.
    /// </summary>
    /// <param name="bytes">The new manifest; not empty.</param>
    /// <param name="expectedToken">The token of the version to be replaced; null: there must be no manifest yet.</param>
    /// <param name="cancellationToken">Asked before anything is done; a replacement that has begun is not interrupted.</param>
    /// <returns>The new version's token; null if another writer replaced the manifest, and nothing was changed.</returns>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is empty.</exception>
    /// <exception cref="SnapshotException">
    /// The medium failed. Which of the two manifests is there is then unknown until <see cref="ReadManifestAsync"/> answers.
    /// </exception>
    /// <remarks>
    /// A client that tries again by itself after a lost answer meets its own replacement, and must not report it as a lost race: to return
    /// null although the manifest is now <paramref name="bytes"/>, put there by this call, is a breach. Such a client reads the manifest
    /// where its condition fails, and returns its token if the bytes are these.
    /// </remarks>
    public ValueTask<string?> TryReplaceManifestAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken = default)
    {
        if (bytes.IsEmpty) throw new ArgumentException("A manifest is not empty.", nameof(bytes));
        return TryReplaceManifestCoreAsync(bytes, expectedToken, cancellationToken);
    }

    /// <summary>Removes what writers that died have left behind and no listing shows.</summary>
    /// <returns>Its bytes.</returns>
    /// <exception cref="SnapshotException">The medium failed.</exception>
    internal virtual long RemoveLeftovers() => 0;

    /// <summary>Does what <see cref="CreateAsync"/> says, for a name that keeps the rules.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    protected abstract ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken);

    /// <summary>Does what <see cref="OpenAsync"/> says, for a name that keeps the rules.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    protected abstract ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken);

    /// <summary>Does what <see cref="DeleteAsync"/> says, for a name that keeps the rules.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    protected abstract ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken);

    /// <summary>Does what <see cref="TryReplaceManifestAsync"/> says, for bytes that are not empty.</summary>
    /// <param name="bytes">The new manifest.</param>
    /// <param name="expectedToken">The token of the version to be replaced; null: there must be none yet.</param>
    /// <param name="cancellationToken">Asked before anything is done.</param>
    protected abstract ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken);
}
