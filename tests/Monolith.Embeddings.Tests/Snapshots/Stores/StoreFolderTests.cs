using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores;
using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training;

namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>Folders that are odd, go away under a trainer and come back, or hold other things under the store's names.</summary>
public sealed class StoreFolderTests : LeakChecked
{
    private const int Before = 30, After = 20, MostBatches = 100_000;

    [Test]
    public async Task A_folder_that_goes_away_is_not_made_again_and_training_goes_on_when_it_is_back()
    {
        using var folder = new TestFolder();
        using var away = new TestFolder();
        var (batches, back, steps, wasMade) = (0, 0, 0L, false);
        using var stop = new CancellationTokenSource();
        TrainerUnderTest under = null!;
        await using (under = new TrainerUnderTest(new FileSnapshotStore(folder.Path), CrashScenario.ManySteps, o =>
        {
            o.Scored = (_, _) => Move(++batches);
        }))
        {
            Assert.That(() => under.Trainer.RunAsync(null, stop.Token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(under.Trainer.LastCommitFailure, Is.Null);
            steps = under.Trainer.Steps;
        }
        Assert.That((back, wasMade), Is.EqualTo((steps - After, false)));
        var expected = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(expected, steps, CancellationToken.None);
        var found = await RestoredTrainer.FromAsync(new FileSnapshotStore(folder.Path));
        Assert.That(found, Is.EqualTo(await RestoredTrainer.FromAsync(expected)));

        // The folder is away until a commit has failed.
        void Move(int batch)
        {
            if (batch == Before) Directory.Move(folder.Path, away.Path);
            if (batch > Before && back == 0 && under.Trainer.LastCommitFailure is not null)
            {
                wasMade = Directory.Exists(folder.Path);
                if (!wasMade) Directory.Move(away.Path, folder.Path);
                back = batch;
            }
            if (batch == MostBatches || (back > 0 && batch == back + After)) stop.Cancel();
        }
    }

    [Test]
    public void A_folder_that_stays_away_ends_the_run_with_the_storage_failure()
    {
        using var folder = new TestFolder();
        using var gone = new TestFolder();
        var (batches, steps) = (0, 0L);
        Assert.That(TrainAsync, Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Storage));
        Assert.That(Directory.Exists(folder.Path), Is.False);
        Assert.That(steps, Is.LessThan(MostBatches), "it ended before the stream did");

        async Task TrainAsync()
        {
            await using var trainer = new TrainerUnderTest(new FileSnapshotStore(folder.Path), MostBatches, o =>
            {
                o.Synchronization.Failures.Unreachable = 10;
                o.Scored = (_, _) => Move();
            });
            await trainer.Trainer.RunAsync();
        }

        void Move()
        {
            // In one step, where a deletion would meet files that are made meanwhile.
            if (++batches == Before) Directory.Move(folder.Path, gone.Path);
            steps = batches;
        }
    }

    [Test, Platform(Exclude = "Win", Reason = "Links need a right of their own.")]
    public async Task A_link_to_a_folder_is_as_good_as_the_folder()
    {
        using var folder = new TestFolder();
        using var link = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        Directory.CreateSymbolicLink(link.Path, folder.Path);
        await CrashScenario.TrainAsync(new FileSnapshotStore(link.Path), 10, CancellationToken.None);
        await CrashScenario.TrainAsync(new FileSnapshotStore(folder.Path), 20, CancellationToken.None);
        Assert.That(await RestoredTrainer.FromAsync(new FileSnapshotStore(link.Path)), Is.Not.Empty);
        Directory.Delete(link.Path);
    }

    [Test, Platform(Exclude = "Win", Reason = "Links need a right of their own.")]
    public void A_link_to_nothing_is_told()
    {
        using var folder = new TestFolder();
        Directory.CreateSymbolicLink(folder.Path, folder.Path + "-nothing");
        AssertRefused(folder.Path);
        File.Delete(folder.Path);
    }

    [Test]
    public void A_path_that_is_too_long_is_told([Values(300, 5_000)] int length) =>
        AssertRefused(Path.Combine(Path.GetTempPath(), new string('a', length)));

    [Test]
    public async Task A_long_path_and_the_longest_name_will_do()
    {
        using var folder = new TestFolder();
        var deep = Path.Combine([folder.Path, .. Enumerable.Range(0, 15).Select(i => new string((char)('a' + i), 200))]);
        var (store, name) = (new FileSnapshotStore(deep), new string('a', SnapshotFileNames.MaxLength));
        await using (var file = await store.CreateAsync(name)) await file.CommitAsync();
        Assert.That(await store.TryReplaceManifestAsync(new byte[] { 1 }, null), Is.Not.Null);
        Assert.That((await store.ListAsync()).Select(f => f.Name), Is.EqualTo(new[] { name }));
    }

    [TestCase(".lock"), TestCase("manifest.json")]
    public void A_folder_where_a_file_belongs_is_told(string name)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, name, "kept"));
        Assert.That(async () => await new FileSnapshotStore(folder.Path).TryReplaceManifestAsync(new byte[] { 1 }, null),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Storage));
        Assert.That(Directory.Exists(Path.Combine(folder.Path, name, "kept")));
    }

    [Test]
    public async Task A_folder_where_the_reserve_belongs_is_no_obstacle()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, DiskReserve.Name, "kept"));
        Assert.That(await new FileSnapshotStore(folder.Path).TryReplaceManifestAsync(new byte[] { 1 }, null), Is.Not.Null);
        Assert.That(Directory.Exists(Path.Combine(folder.Path, DiskReserve.Name, "kept")));
    }

    [Test, Platform("Linux")]
    public void The_systems_word_for_a_full_disk_is_known()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var failure = Assert.Throws<IOException>(() => full.WriteByte(1));
        Assert.That(DiskFaults.Of(failure!, "a", "to write").IsOutOfRoom);
        Assert.That(DiskFaults.Of(new IOException("other", 5), "a", "to write").IsOutOfRoom, Is.False);
    }

    private static void AssertRefused(string path)
    {
        var store = new FileSnapshotStore(path);
        Assert.That(async () => await store.CreateAsync("a"),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Storage));
        Assert.That(async () => await store.TryReplaceManifestAsync(new byte[] { 1 }, null),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Storage));
    }
}
