using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>Back-ups of stores.</summary>
internal static class CopyOfStore
{
    /// <summary>A store of its own with the same files and manifest.</summary>
    public static async Task<MemorySnapshotStore> OfAsync(SnapshotStore store)
    {
        var copy = new MemorySnapshotStore();
        foreach (var entry in await store.ListAsync())
        {
            using var file = await store.OpenAsync(entry.Name);
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            copy.Commit(entry.Name, bytes);
        }
        if (await store.ReadManifestAsync() is { } manifest) await copy.TryReplaceManifestAsync(manifest.Bytes, null);
        return copy;
    }
}
