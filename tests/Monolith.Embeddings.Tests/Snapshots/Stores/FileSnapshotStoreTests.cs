using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores;
using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Stores;

public sealed class FileSnapshotStoreTests
{
    [Test]
    public async Task The_first_file_removes_what_dead_writers_left_and_nothing_else()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, TemporaryNames.Next("a")), "left by a writer that died");
        File.WriteAllText(Path.Combine(folder.Path, "notes.txt"), "somebody's");
        await using var living = await new FileSnapshotStore(folder.Path).CreateAsync("living");
        living.WriteByte(1);

        var store = new FileSnapshotStore(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, TemporaryNames.Next("b")), "left by another");
        await using (await store.CreateAsync("next"))
            Assert.That(Names(folder), Has.Count.EqualTo(3), "notes, the living one and the next one");
        await living.CommitAsync();
        Assert.That(Names(folder), Is.EquivalentTo(new[] { "notes.txt", "living" }));
    }

    [TestCase("thesis.tmp")]
    [TestCase("a.tmp")]
    [TestCase("a.1-1.tmp")]
    [TestCase("report.2024-11.tmp")]
    [TestCase("a.1-0123456789abcdef.tmp")]
    [TestCase("a.1-0123456789ABCDEF.snapshot.tmp")]
    [TestCase("A.1-0123456789abcdef.snapshot.tmp")]
    [TestCase("a.x-0123456789abcdef.snapshot.tmp")]
    [TestCase("a.1-0123456789abcde.snapshot.tmp")]
    [TestCase("a.-0123456789abcdef.snapshot.tmp")]
    [TestCase(".1-0123456789abcdef.snapshot.tmp")]
    [TestCase("a b.1-0123456789abcdef.snapshot.tmp")]
    [TestCase("manifest.json.tmp")]
    [TestCase("Manifest.json")]
    [TestCase(".lock.tmp")]
    [TestCase(".nfs0000000000000001")]
    public async Task A_file_of_somebody_else_stays(string name)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, name), "somebody's");
        await FillAsync(new FileSnapshotStore(folder.Path));
        Assert.That(File.ReadAllText(Path.Combine(folder.Path, name)), Is.EqualTo("somebody's"));
    }

    [TestCase("a.1-0123456789abcdef.snapshot.tmp")]
    [TestCase("000000000001-full-1-1.training.99999-0123456789abcdef.snapshot.tmp")]
    [TestCase("manifest.json.1-0123456789abcdef.snapshot.tmp")]
    public async Task A_file_of_a_writer_that_died_goes(string name)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, name), "left");
        await FillAsync(new FileSnapshotStore(folder.Path));
        Assert.That(File.Exists(Path.Combine(folder.Path, name)), Is.False);
    }

    [Test]
    public async Task Before_the_first_manifest_what_dead_writers_left_goes_too()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, TemporaryNames.Next("a")), "it may fill the disk");
        await new FileSnapshotStore(folder.Path).TryReplaceManifestAsync(new byte[] { 1 }, null);
        Assert.That(Names(folder), Is.EqualTo(new[] { "manifest.json" }));
    }

    [Test]
    public void Names_of_writers_do_not_collide_and_are_known_again()
    {
        var names = Enumerable.Range(0, 1000).Select(_ => TemporaryNames.Next(new string('a', SnapshotFileNames.MaxLength))).ToList();
        Assert.That(names, Is.Unique.And.All.Matches<string>(TemporaryNames.IsOne).And.All.Length.LessThan(256));
    }

    [Test]
    public async Task Many_stores_of_one_folder_begin_files_at_once()
    {
        using var folder = new TestFolder();
        const int Files = 100;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => StoreWriter.FilesAsync(folder.Path, $"t{i}", Files))));
        Assert.That(Names(folder), Has.Count.EqualTo(6 * Files));
    }

    [Test]
    public async Task A_manifest_can_be_read_and_leftovers_removed_at_any_instant_of_its_replacement()
    {
        using var folder = new TestFolder();
        var store = new FileSnapshotStore(folder.Path);
        var token = await store.TryReplaceManifestAsync(new byte[] { 1 }, null);
        const int Replacements = 300, MostReplacements = 10_000, Reads = 10;
        var (reads, isOver) = (0, false);
        var replacing = Task.Run(async () =>
        {
            for (var i = 0; i < Replacements || (i < MostReplacements && IsReadingLate()); i++)
                token = await store.TryReplaceManifestAsync(new byte[] { (byte)i, 2 }, token);
        });
        try
        {
            while (!replacing.IsCompleted)
            {
                Assert.That(await new FileSnapshotStore(folder.Path).ReadManifestAsync(), Is.Not.Null);
                Assert.That(new FileSnapshotStore(folder.Path).RemoveLeftovers(), Is.Zero);
                Volatile.Write(ref reads, reads + 1);
            }
        }
        finally
        {
            // Where a read fails, the replacements end as well.
            Volatile.Write(ref isOver, true);
            await replacing;
        }
        Assert.That(token, Is.EqualTo((await store.ReadManifestAsync())!.Token));
        Assert.That(reads, Is.GreaterThan(Reads));

        bool IsReadingLate() => Volatile.Read(ref reads) <= Reads && !Volatile.Read(ref isOver);
    }

    [Test]
    public async Task Reading_makes_nothing()
    {
        using var folder = new TestFolder();
        var store = new FileSnapshotStore(folder.Path);
        Assert.That(
            (await store.ReadManifestAsync(), await store.ListAsync()), Is.EqualTo(((StoredManifest?)null, Array.Empty<StoredFile>())));
        Assert.That(async () => await store.OpenAsync("a"), Throws.TypeOf<SnapshotException>()
            .With.Property("Fault").EqualTo(SnapshotFault.Missing));
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
        var options = new FileSnapshotStoreOptions { LockTimeout = TimeSpan.FromDays(1), MaxManifestBytes = 1 };
        Assert.That(
            OptionFailures.PathsOf(() => _ = new FileSnapshotStore("a", options)), Is.EqualTo(new[] { "LockTimeout", "MaxManifestBytes" }));
        Assert.That(() => new FileSnapshotStore(" "), Throws.ArgumentException);
    }

    private static async Task FillAsync(SnapshotStore store)
    {
        await using (var file = await store.CreateAsync("committed")) await file.CommitAsync();
        await store.TryReplaceManifestAsync(TestChain.Manifest().ToBytes(), null);
        await SnapshotCompactor.RetainAsync(store);
        store.RemoveLeftovers();
    }

    private static void AssertStorageFault(Func<FileSnapshotStore> store)
    {
        Assert.That(async () => await store()
            .CreateAsync("a"), Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Storage));
        Assert.That(async () => await store().TryReplaceManifestAsync(new byte[] { 1 }, null),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Storage));
    }

    private static List<string> Names(TestFolder folder) =>
        [.. Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)!).Where(n => !n.StartsWith('.'))];
}
