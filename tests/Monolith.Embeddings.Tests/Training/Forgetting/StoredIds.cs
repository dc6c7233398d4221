using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>Looks for ids in all bytes of a store.</summary>
internal static class StoredIds
{
    /// <summary>The files that have the bytes of an id somewhere, as it is or mixed.</summary>
    public static async Task<List<string>> FilesWithAsync(SnapshotStore store, params long[] ids)
    {
        var found = new List<string>();
        foreach (var stored in await store.ListAsync())
        {
            using var file = await store.OpenAsync(stored.Name);
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            if (Has(bytes, ids)) found.Add(stored.Name);
        }
        return found;
    }

    /// <summary>Whether some bytes have one.</summary>
    public static bool Has(byte[] bytes, params long[] ids) =>
        ids.Any(id => Has(bytes, BitConverter.GetBytes(id)) || Has(bytes, BitConverter.GetBytes(KeyMixer.Mix((ulong)id))));

    private static bool Has(byte[] bytes, byte[] id) => bytes.AsSpan().IndexOf(id) >= 0;
}
