using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Snapshots.Stores.Memory;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots.Stores;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>A full and a delta with a removal and a rebirth, of a table that counts ids: the bytes of all files, to be damaged.</summary>
internal sealed class TinyChain
{
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> Sections = new() { ["model"] = "dense"u8.ToArray() };

    private TinyChain(SnapshotManifest manifest, IReadOnlyDictionary<string, byte[]> files, string[] state) =>
        (Manifest, Files, State) = (manifest, files, state);

    public SnapshotManifest Manifest { get; }

    /// <summary>The files by name, without the manifest.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; }

    /// <summary>What a restore brings back.</summary>
    public string[] State { get; }

    public static EmbeddingTableSet CreateTables(int stripes = 1) =>
        new(new TableSchema([TestTable.Plain(stripes, 1, o => (o.Name, o.Admission) = ("t", new MinOccurrencesOptions(2)))]),
            new EmbeddingTableSetOptions { MemoryLimitBytes = 1 << 20 });

    public static async Task<TinyChain> MakeAsync(bool serving = true, int stripes = 1)
    {
        var store = new MemorySnapshotStore();
        using var tables = CreateTables(stripes);
        using var chain = await SnapshotChain.OpenAsync(store, tables, new() { PublishServing = serving });
        var table = tables.Tables[0];
        table.Assign([1, 2, 3], [1, 2, 3], At.Seconds(100));
        table.LookupOrAdmit([4, 5], [], new float[2], At.Seconds(101));
        await chain.CommitAsync(Sections);
        table.Remove([1, 2]);
        table.Assign([2], [9], At.Seconds(102));
        table.LookupOrAdmit([4, 6], [], new float[2], At.Seconds(103));
        await chain.CommitAsync(Sections);
        var files = new Dictionary<string, byte[]>();
        foreach (var file in await store.ListAsync()) files[file.Name] = await ReadAsync(store, file);
        return new TinyChain(SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span), files, SavedState.Of(tables));
    }

    /// <summary>A store with these files, one of them perhaps changed, or absent where its bytes are null.</summary>
    public async Task<MemorySnapshotStore> InMemoryAsync(string? changed = null, byte[]? bytes = null, byte[]? manifest = null)
    {
        var store = new MemorySnapshotStore();
        foreach (var (name, content) in With(changed, bytes)) store.Commit(name, content);
        await store.TryReplaceManifestAsync(manifest ?? Manifest.ToBytes(), null);
        return store;
    }

    /// <inheritdoc cref="InMemoryAsync" />
    public FileSnapshotStore InFolder(string? changed = null, byte[]? bytes = null, byte[]? manifest = null)
    {
        var disk = new SimulatedDisk();
        foreach (var (name, content) in With(changed, bytes)) disk.Put(name, content);
        disk.Put(DiskManifest.Name, manifest ?? Manifest.ToBytes());
        return new FileSnapshotStore(disk, "simulated");
    }

    /// <summary>
    /// Reads all that a restore reads, in the same way but on this thread alone. A call that throws leaves tables to be cleared.
    /// </summary>
    public void Restore(EmbeddingTableSet tables, string changed, byte[] bytes)
    {
        var chain = new List<SnapshotContents>();
        try
        {
            foreach (var entry in Manifest.Commits.Select(c => c.Training))
                chain.Add(
                    SnapshotContents.Open(new MemorySnapshotFile(entry.Name, entry.Name == changed ? bytes : Files[entry.Name]), entry));
            foreach (var file in chain) file.VerifyNamedSections();
            foreach (var table in tables.Tables) table.Clear();
            new TableRestore(tables, 1, default).Run(chain, null);
        }
        finally
        {
            foreach (var file in chain) file.Dispose();
        }
    }

    private IEnumerable<KeyValuePair<string, byte[]>> With(string? changed, byte[]? bytes)
    {
        foreach (var file in Files)
        {
            if (file.Key != changed) yield return file;
            else if (bytes is not null) yield return new(changed, bytes);
        }
    }

    private static async Task<byte[]> ReadAsync(SnapshotStore store, StoredFile file)
    {
        using var open = await store.OpenAsync(file.Name);
        var bytes = new byte[file.Length];
        open.Read(0, bytes);
        return bytes;
    }
}
