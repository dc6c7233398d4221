using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Backup;

/// <summary>Whatever happens to a back-up while it is made: those that are listed are whole.</summary>
public class SnapshotBackupFaultTests : LeakChecked
{
    [Test]
    public async Task A_back_up_that_ends_after_any_file_is_made_by_the_next([Values] bool isFull)
    {
        var store = await TrainedAsync(20);
        // How many commits were made, and thus how many files, goes by how fast they were written beside the training.
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        var total = manifest!.NewestChain.SelectMany(commit => commit.Files).Select(file => file.Name).Distinct().Count();
        for (var files = 1; files <= total + 1; files++)
        {
            var backups = new FaultyStore();
            using var stop = new CancellationTokenSource();
            var reports = new AfterReports(files, () =>
            {
                if (isFull) backups.IsFull = true;
                else stop.Cancel();
            });
            Exception? failure = null;
            try
            {
                await SnapshotBackup.CreateAsync(store, backups, reports, cancellationToken: stop.Token);
            }
            catch (Exception exception) when (exception is SnapshotException or OperationCanceledException)
            {
                failure = exception;
            }
            Assert.That(failure, files <= total ? Is.Not.Null : Is.Null, $"after file {files} of {total}");
            Assert.That(await SnapshotBackup.ListAsync(backups), files <= total ? Is.Empty : Has.Count.EqualTo(1));
            backups.IsFull = false;
            await SnapshotBackup.CreateAsync(store, backups);
            await AssertRestoresAsync(backups, store);
        }
    }

    [Test]
    public async Task A_back_up_whose_answer_was_lost_is_whole()
    {
        var (store, backups) = (await TrainedAsync(10), new FaultyStore { DeniesReplacements = true });
        var made = await SnapshotBackup.CreateAsync(store, backups);
        Assert.That(await SnapshotBackup.ListAsync(backups), Is.EqualTo(new[] { made }));
        await AssertRestoresAsync(backups, store);
    }

    [Test]
    public async Task Two_cleanings_and_a_back_up_at_once_lose_nothing()
    {
        var (store, other, backups) = (await TrainedAsync(10), await TrainedAsync(3), new CountingStore());
        await SnapshotBackup.CreateAsync(store, backups);
        await SnapshotBackup.CreateAsync(other, backups);
        // The slower cleaning deletes after the faster one is done, and after a back-up has copied the same files again.
        backups.BeforeDelete = async () =>
        {
            Assert.That(await SnapshotBackup.RetainAsync(backups, 1), Is.Not.Empty);
            await SnapshotBackup.CreateAsync(store, backups);
        };
        await SnapshotBackup.RetainAsync(backups, 1);
        Assert.That(await SnapshotBackup.ListAsync(backups), Has.Count.EqualTo(2));
        await AssertRestoresAsync(backups, store);
    }

    [Test]
    public async Task A_restore_amid_a_cleaning_of_the_store_loses_nothing()
    {
        var (store, backups) = (new CountingStore(), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 10, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        await CrashScenario.TrainAsync(store, 20, CancellationToken.None);
        await SnapshotCompactor.CompactAsync(store);
        // The cleaning has decided which files go, and they are still there.
        store.BeforeDelete = () => SnapshotBackup.RestoreAsync(backups, store);
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That(store.BeforeDelete, Is.Null);
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
        await AssertRestoresAsync(backups, store);
    }

    [Test]
    public async Task A_newest_back_up_that_misses_a_file_is_made_again()
    {
        var (store, whole) = (await TrainedAsync(20), new MemorySnapshotStore());
        await SnapshotBackup.CreateAsync(store, whole);
        foreach (var file in await whole.ListAsync())
        {
            var backups = await CopyOfStore.OfAsync(whole);
            await backups.DeleteAsync(file.Name);
            await SnapshotBackup.CreateAsync(store, backups);
            Assert.That(await SnapshotBackup.ListAsync(backups), Has.Count.EqualTo(1), file.Name);
            await AssertRestoresAsync(backups, store);
            await SnapshotBackup.RetainAsync(backups, 1);
            await AssertRestoresAsync(backups, store);
        }
    }

    [Test]
    public async Task Many_back_ups_at_once_into_a_folder_are_one()
    {
        using var folder = new TestFolder();
        var store = await TrainedAsync(20);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Task.Run(() => SnapshotBackup.CreateAsync(store, new FileSnapshotStore(folder.Path)))));
        var backups = new FileSnapshotStore(folder.Path);
        Assert.That(await SnapshotBackup.ListAsync(backups), Has.Count.EqualTo(1));
        await SnapshotBackup.RetainAsync(backups, 1);
        await AssertRestoresAsync(backups, store);
    }

    [TestCase(0)]
    [TestCase(200)]
    public async Task A_damaged_manifest_is_moved_away_before_a_restore(int length)
    {
        using var folder = new TestFolder();
        var (store, backups) = (new FileSnapshotStore(folder.Path), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 10, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        var manifest = Path.Combine(folder.Path, "manifest.json");
        var bytes = File.ReadAllBytes(manifest)[..length];
        File.WriteAllBytes(manifest, bytes);
        var refused = Assert.ThrowsAsync<SnapshotException>(
            () => SnapshotBackup.RestoreAsync(backups, new FileSnapshotStore(folder.Path)));
        Assert.That(refused!.Message, Does.Contain("move this file away, and restore again"));
        Assert.That(File.ReadAllBytes(manifest), Is.EqualTo(bytes));
        File.Delete(manifest);
        await SnapshotBackup.RestoreAsync(backups, new FileSnapshotStore(folder.Path));
        await AssertRestoresAsync(backups, new FileSnapshotStore(folder.Path));
    }

    [TestCase(1)]
    [TestCase(200)]
    public async Task A_list_of_back_ups_that_was_cut_short_is_called_damaged(int length)
    {
        var (store, backups, cut) = (await TrainedAsync(3), new MemorySnapshotStore(), new MemorySnapshotStore());
        await SnapshotBackup.CreateAsync(store, backups);
        await cut.TryReplaceManifestAsync((await backups.ReadManifestAsync())!.Bytes[..length], null);
        var refused = Assert.ThrowsAsync<SnapshotException>(() => SnapshotBackup.CreateAsync(store, cut));
        Assert.That(refused!.Fault, Is.EqualTo(SnapshotFault.Damaged));
    }

    [Test]
    public async Task A_trainer_that_meets_a_missing_file_says_what_to_do_and_that_helps()
    {
        var (store, backups) = (await TrainedAsync(20), new MemorySnapshotStore());
        await SnapshotBackup.CreateAsync(store, backups);
        await store.DeleteAsync((await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!.Newest!.Training.Name);
        var refused = Assert.ThrowsAsync<SnapshotException>(() => CrashScenario.TrainAsync(store, 30, CancellationToken.None));
        Assert.That(refused!.Message, Does.EndWith("Go back to an earlier commit or to a back-up, by SnapshotBackup."));
        await SnapshotBackup.RestoreAsync(backups, store);
        await CrashScenario.TrainAsync(store, 30, CancellationToken.None);
    }

    [Test]
    public async Task A_store_of_several_parts_comes_back()
    {
        var (store, backups, restored) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new MemorySnapshotStore());
        await GoldenParts.WriteAsync(store, 4);
        await SnapshotBackup.CreateAsync(store, backups);
        await SnapshotBackup.RestoreAsync(backups, restored);
        var state = (await GoldenParts.RestoredAsync(store)).Skip(1).ToList();
        Assert.That((await GoldenParts.RestoredAsync(restored)).Skip(1), Is.EqualTo(state));
        await GoldenParts.WriteAsync(restored, 2);
        await SnapshotBackup.CreateAsync(restored, backups);
        await SnapshotBackup.RestoreAsync(backups, store);
        state = [.. (await GoldenParts.RestoredAsync(restored)).Skip(1)];
        Assert.That((await GoldenParts.RestoredAsync(store)).Skip(1), Is.EqualTo(state));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task The_folder_of_the_store_by_another_path_takes_no_back_up()
    {
        using var folder = new TestFolder();
        var (path, link) = (Path.Combine(folder.Path, "store"), Path.Combine(folder.Path, "link"));
        var store = new FileSnapshotStore(path);
        await CrashScenario.TrainAsync(store, 10, CancellationToken.None);
        Directory.CreateSymbolicLink(link, path);
        var before = (await store.ReadManifestAsync())!.Bytes.ToArray();
        Assert.That(() => SnapshotBackup.CreateAsync(store, new FileSnapshotStore(link)), Throws.InstanceOf<SnapshotException>());
        Assert.That(() => SnapshotBackup.RetainAsync(new FileSnapshotStore(link), 1), Throws.InstanceOf<SnapshotException>());
        Assert.That((await store.ReadManifestAsync())!.Bytes.ToArray(), Is.EqualTo(before));
        var backups = new FileSnapshotStore(Path.Combine(folder.Path, "backups"));
        await SnapshotBackup.CreateAsync(store, backups);
        Directory.CreateSymbolicLink(link + "2", backups.Folder);
        Assert.That(() => SnapshotBackup.RestoreAsync(backups, new FileSnapshotStore(link + "2")), Throws.InstanceOf<SnapshotException>());
        await AssertRestoresAsync(backups, store);
    }

    private static async Task<MemorySnapshotStore> TrainedAsync(long steps)
    {
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, steps, CancellationToken.None);
        return store;
    }

    private static async Task AssertRestoresAsync(SnapshotStore backups, SnapshotStore store)
    {
        Assert.That(await SnapshotBackup.VerifyAsync(backups), Is.Empty);
        var restored = new MemorySnapshotStore();
        await SnapshotBackup.RestoreAsync(backups, restored);
        Assert.That(await RestoredTrainer.FromAsync(restored), Is.EqualTo(await RestoredTrainer.FromAsync(store)));
    }

    private sealed class AfterReports(int reports, Action happens) : IProgress<SnapshotProgress>
    {
        private int _reports;

        public void Report(SnapshotProgress value)
        {
            if (++_reports == reports) happens();
        }
    }
}
