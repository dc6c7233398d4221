using Monolith.Embeddings.Models;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Exchange;

/// <summary>The dense model of a store's newest commit, whatever model it is of.</summary>
internal static class StoredModel
{
    /// <exception cref="SnapshotException">There is no commit, it has no model, or the file is missing or was changed.</exception>
    public static Task<ModelSections> ReadAsync(SnapshotStore store, CancellationToken cancellationToken) =>
        new SnapshotPublisher(store).ReadFilesAsync(manifest => ReadAsync(store, manifest, cancellationToken), cancellationToken);

    private static async Task<ModelSections> ReadAsync(
        SnapshotStore store, SnapshotManifest? manifest, CancellationToken cancellationToken)
    {
        if (manifest?.Newest is not { } newest)
        {
            throw new SnapshotException(
                SnapshotFault.Missing, DiskManifest.Name, "a commit", "none: nothing was saved to this store.");
        }
        using var file = await SnapshotContents.OpenAsync(store, manifest.Chain, newest, isServing: false, cancellationToken)
            .ConfigureAwait(false);
        if (!file.NamedSections.Contains(SnapshotChain.ModelSection))
        {
            var names = string.Join(", ", file.NamedSections.Select(name => $"'{name}'").DefaultIfEmpty("none"));
            throw new SnapshotException(
                SnapshotFault.Mismatch, file.Name, $"a dense model in the section '{SnapshotChain.ModelSection}'", $"only {names}.");
        }
        try
        {
            return ModelFile.ReadAny(new MemoryStream(file.ReadSection(SnapshotChain.ModelSection), writable: false));
        }
        catch (InvalidDataException cause)
        {
            throw new SnapshotException(SnapshotFault.Damaged, file.Name, "a dense model", $"something else: {cause.Message}", cause);
        }
    }
}
