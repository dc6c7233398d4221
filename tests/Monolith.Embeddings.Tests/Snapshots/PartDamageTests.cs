using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.Saving;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>Whatever is changed in the files of a commit with parts and segments is refused with the name of its file.</summary>
public sealed class PartDamageTests
{
    private static readonly MemorySnapshotStore Store = MakeAsync().GetAwaiter().GetResult();

    [Test]
    public async Task Every_byte_and_every_length_of_every_file_counts()
    {
        var files = await Store.ListAsync();
        Assert.That(files, Has.Count.EqualTo(13), "Two commits of three files for training and three for replicas, and a segment.");
        foreach (var file in files)
        {
            foreach (var damaged in Damaged(await BytesAsync(file)))
            {
                var problems = (await SnapshotInspector.VerifyAsync(await WithAsync(file.Name, damaged))).Problems;
                Assert.That(problems.Select(problem => problem.File), Is.EqualTo(new[] { file.Name }));
            }
        }
    }

    [Test]
    public async Task A_restore_refuses_what_is_damaged_and_leaves_the_tables_empty()
    {
        using var tables = PartedChain.CreateTables();
        foreach (var file in (await Store.ListAsync()).Where(file => file.Name.EndsWith(".training", StringComparison.Ordinal)))
        {
            foreach (var damaged in Damaged(await BytesAsync(file)).Where((_, i) => i % 7 == 0))
            {
                var store = await WithAsync(file.Name, damaged);
                Assert.That(
                    () => SnapshotChain.OpenAsync(store, tables),
                    Throws.TypeOf<SnapshotException>().With.Property("File").EqualTo(file.Name));
                Assert.That(tables.Count, Is.Zero);
            }
        }
        using var chain = await SnapshotChain.OpenAsync(await CopyOfStore.OfAsync(Store), tables);
        Assert.That(tables.Count, Is.Positive);
    }

    [Test]
    public async Task A_file_that_is_missing_is_named()
    {
        foreach (var file in await Store.ListAsync())
        {
            var problems = (await SnapshotInspector.VerifyAsync(await WithAsync(file.Name, null))).Problems;
            Assert.That(
                problems.Select(problem => (problem.File, problem.Fault)), Is.EqualTo(new[] { (file.Name, SnapshotFault.Missing) }));
        }
    }

    [Test]
    public async Task Every_bit_and_every_length_of_the_manifest_counts()
    {
        var good = (await Store.ReadManifestAsync())!.Bytes.ToArray();
        for (var bit = 0; bit < 8 * good.Length; bit++)
        {
            var damaged = (byte[])good.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(damaged);
        }
        for (var length = 0; length < good.Length; length++) AssertRefused(good[..length]);

        static void AssertRefused(byte[] manifest) => Assert.That(
            () => SnapshotManifest.Parse(manifest), Throws.TypeOf<SnapshotException>().With.Property("File").EqualTo(DiskManifest.Name));
    }

    private static async Task<MemorySnapshotStore> MakeAsync()
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 3);
        parted.Train(12);
        var segment = await parted.Chain.WriteSegmentAsync(
            "log", "a", async (stream, cancel) => await stream.WriteAsync(new byte[20], cancel));
        await parted.CommitAsync(appended: [segment]);
        parted.Train(12);
        await parted.CommitAsync();
        return store;
    }

    // One bit of each byte, another one from byte to byte; and lengths.
    private static IEnumerable<byte[]> Damaged(byte[] good)
    {
        for (var i = 0; i < good.Length; i++)
        {
            var damaged = (byte[])good.Clone();
            damaged[i] ^= (byte)(1 << (i % 8));
            yield return damaged;
        }
        for (var length = 1; length < good.Length; length += 5) yield return good[..length];
        yield return [.. good, 0];
    }

    private static async Task<MemorySnapshotStore> WithAsync(string name, byte[]? bytes)
    {
        var store = await CopyOfStore.OfAsync(Store);
        await store.DeleteAsync(name);
        if (bytes is not null) store.Commit(name, bytes);
        return store;
    }

    private static async Task<byte[]> BytesAsync(StoredFile stored)
    {
        using var file = await Store.OpenAsync(stored.Name);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }
}
