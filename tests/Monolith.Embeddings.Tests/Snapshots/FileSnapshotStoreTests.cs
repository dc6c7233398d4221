using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots;

public sealed class FileSnapshotStoreTests
{
    [Test]
    public async Task The_first_file_removes_what_dead_writers_left_and_nothing_else()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, "a.1-1.tmp"), "left by a writer that died");
        File.WriteAllText(Path.Combine(folder.Path, "notes.txt"), "somebody's");
        await using var living = await new FileSnapshotStore(folder.Path).CreateAsync("living");
        living.WriteByte(1);

        var store = new FileSnapshotStore(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, "b.1-1.tmp"), "left by another");
        await using (await store.CreateAsync("next")) Assert.That(Names(folder), Has.Count.EqualTo(3), "notes, the living one and the next one");
        await living.CommitAsync();
        Assert.That(Names(folder), Is.EquivalentTo(new[] { "notes.txt", "living" }));
    }

    [Test]
    public async Task Reading_makes_nothing()
    {
        using var folder = new TestFolder();
        var store = new FileSnapshotStore(folder.Path);
        Assert.That((await store.ReadManifestAsync(), await store.ListAsync()), Is.EqualTo(((StoredManifest?)null, Array.Empty<StoredFile>())));
        Assert.That(async () => await store.OpenAsync("a"), Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Missing));
        Assert.That(Directory.Exists(folder.Path), Is.False);
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_told()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        var file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "not a folder");
        AssertStorageFault(() => new FileSnapshotStore(Path.Combine(file, "store")));
    }

    [Test, Platform("Linux")]
    public void A_read_only_folder_is_told() => AssertStorageFault(() => new FileSnapshotStore("/proc/monolith-snapshots"));

    [Test]
    public async Task A_lock_that_is_held_too_long_is_told()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        var store = new FileSnapshotStore(folder.Path, new() { LockTimeout = TimeSpan.FromMilliseconds(20) });
        using (File.Open(Path.Combine(folder.Path, ".lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.That(async () => await store.TryReplaceManifestAsync(new byte[] { 1 }, null),
                Throws.TypeOf<SnapshotException>().With.Message.Contains("another process holds it"));
        }
        Assert.That(await store.TryReplaceManifestAsync(new byte[] { 1 }, null), Is.Not.Null);
    }

    [Test]
    public async Task A_manifest_that_is_too_long_is_refused()
    {
        using var folder = new TestFolder();
        await new FileSnapshotStore(folder.Path).TryReplaceManifestAsync(new byte[5000], null);
        Assert.That(async () => await new FileSnapshotStore(folder.Path, new() { MaxManifestBytes = 4096 }).ReadManifestAsync(),
            Throws.TypeOf<SnapshotException>().With.Message.Contains("4096"));
    }

    [Test]
    public void Wrong_options_are_all_told_at_once()
    {
        var options = new FileSnapshotStoreOptions { LockTimeout = TimeSpan.FromDays(1), MaxManifestBytes = 1, TimeProvider = null! };
        Assert.That(OptionFailures.PathsOf(() => _ = new FileSnapshotStore("a", options)), Is.EqualTo(new[] { "LockTimeout", "MaxManifestBytes", "TimeProvider" }));
        Assert.That(() => new FileSnapshotStore(" "), Throws.ArgumentException);
    }

    private static void AssertStorageFault(Func<FileSnapshotStore> store)
    {
        Assert.That(async () => await store().CreateAsync("a"), Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Storage));
        Assert.That(async () => await store().TryReplaceManifestAsync(new byte[] { 1 }, null), Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Storage));
    }

    private static List<string> Names(TestFolder folder) => [.. Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)!).Where(n => n != ".lock")];
}
