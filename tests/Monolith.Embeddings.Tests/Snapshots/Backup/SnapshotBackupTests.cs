using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training;

namespace Monolith.Embeddings.Tests.Snapshots.Backup;

/// <summary>Back-ups hold one moment, share files, and come back as a history of their own.</summary>
public class SnapshotBackupTests : LeakChecked
{
    [Test]
    public async Task A_back_up_of_each_moment_restores_that_moment()
    {
        var (store, backups) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var moments = new List<(SnapshotBackupEntry Backup, string[] State)>();
        foreach (var steps in new long[] { 10, 40, 90 })
        {
            await CrashScenario.TrainAsync(store, steps, CancellationToken.None);
            moments.Add((await SnapshotBackup.CreateAsync(store, backups), await RestoredTrainer.FromAsync(store)));
        }
        Assert.That(await SnapshotBackup.ListAsync(backups), Is.EqualTo(moments.Select(moment => moment.Backup)));
        Assert.That(await SnapshotBackup.VerifyAsync(backups), Is.Empty);
        foreach (var (backup, state) in moments)
        {
            var restored = new MemorySnapshotStore();
            await SnapshotBackup.RestoreAsync(backups, restored, backup.Id);
            Assert.That(await RestoredTrainer.FromAsync(restored), Is.EqualTo(state));
            Assert.That((await SnapshotInspector.VerifyAsync(restored)).Problems, Is.Empty);
        }
    }

    [Test]
    public async Task A_second_back_up_copies_what_is_new_alone()
    {
        var (store, backups) = (new MemorySnapshotStore(), new CountingStore());
        await CrashScenario.TrainAsync(store, 10, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        var first = backups.Created.Count;
        await SnapshotBackup.CreateAsync(store, backups);
        Assert.That((backups.Created.Count, (await SnapshotBackup.ListAsync(backups)).Count), Is.EqualTo((first, 1)), "nothing is new");
        await CrashScenario.TrainAsync(store, 13, CancellationToken.None);
        var chain = (await new SnapshotPublisher(store).ReadAsync(default))!.NewestChain;
        var missing = chain.SelectMany(commit => commit.Files).Select(file => file.Name).Except(backups.Created).ToList();
        backups.Created.Clear();
        await SnapshotBackup.CreateAsync(store, backups);
        Assert.That(missing, Is.Not.Empty);
        Assert.That(backups.Created.Where(name => !name.EndsWith(".backup", StringComparison.Ordinal)), Is.EquivalentTo(missing));
    }

    [Test]
    public async Task A_trainer_goes_on_from_a_restored_back_up_to_the_same_bits()
    {
        var (store, backups, whole) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 60, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        var restored = new MemorySnapshotStore();
        await SnapshotBackup.RestoreAsync(backups, restored);
        await CrashScenario.TrainAsync(restored, 120, CancellationToken.None);
        await CrashScenario.TrainAsync(whole, 120, CancellationToken.None);
        Assert.That(await RestoredTrainer.FromAsync(restored), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));
    }

    [Test]
    public async Task A_commit_of_the_store_is_restored_under_a_replica_and_an_old_trainer()
    {
        var (store, states) = (new MemorySnapshotStore(), new Dictionary<ulong, string[]>());
        using var old = await TrainedChain.OpenAsync(store, seed: 3);
        for (var i = 0; i < 6; i++)
        {
            old.Train(20);
            await old.CommitAsync(full: i == 3);
            states[old.Chain.Newest!.Number] = SavedState.Of(old.Tables);
        }
        var before = (await new SnapshotPublisher(store).ReadAsync(default))!;
        foreach (var number in new ulong[] { 5, 3, 1 })
        {
            var copy = await CopyOfStore.OfAsync(store);
            var restored = await SnapshotBackup.RestoreCommitAsync(copy, number);
            var now = (await new SnapshotPublisher(copy).ReadAsync(default))!;
            Assert.That((restored, now.Newest!.Number, now.Incarnation), Is.EqualTo((now.Newest, 7UL, before.Incarnation + 1)));
            using var tables = TrainedChain.Create(2);
            using var chain = await SnapshotChain.OpenAsync(copy, tables);
            Assert.That(SavedState.Of(tables), Is.EqualTo(states[number]));
        }
        await SnapshotBackup.RestoreCommitAsync(store, 2);
        old.Train(5);
        var fenced = Assert.ThrowsAsync<SnapshotException>(() => old.CommitAsync());
        Assert.That(fenced!.IsReplaced);
    }

    [Test]
    public async Task A_replica_loads_what_was_restored([Values] bool isNewest)
    {
        var store = new MemorySnapshotStore();
        await using (var trainer = new TrainerUnderTest(store, 10, o => o.Synchronization.CompactAfterDeltas = null))
            await trainer.Trainer.RunAsync();
        var model = CrashScenario.CreateModel(CrashScenario.CreateSchema());
        await using var replica = await ModelReplica.OpenAsync(store, model, new() { PollEvery = Timeout.InfiniteTimeSpan });
        var before = replica.Version;
        var restored = await SnapshotBackup.RestoreCommitAsync(store, isNewest ? before.Number : 2);
        Assert.That(await replica.CatchUpAsync());
        Assert.That((replica.Version.Number, replica.Version.Commit), Is.EqualTo((restored.Number, restored.Id)));
        Assert.That(replica.Version.Number, Is.GreaterThan(before.Number));
        await CrashScenario.TrainAsync(store, 20, CancellationToken.None);
        await replica.CatchUpAsync();
        Assert.That(replica.LastFailure, Is.Null);
    }

    [Test]
    public async Task A_damaged_file_is_not_backed_up([Values] bool isMissing)
    {
        var (store, backups) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 20, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        await CrashScenario.TrainAsync(store, 23, CancellationToken.None);
        var list = (await backups.ReadManifestAsync())!.Bytes.ToArray();
        var newest = (await new SnapshotPublisher(store).ReadAsync(default))!.Newest!.Training.Name;
        await ChangeAsync(store, newest, isMissing);
        var failure = Assert.ThrowsAsync<SnapshotException>(() => SnapshotBackup.CreateAsync(store, backups));
        Assert.That(failure!.Fault, Is.EqualTo(isMissing ? SnapshotFault.Missing : SnapshotFault.Damaged));
        Assert.That(failure.File, Is.EqualTo(newest));
        Assert.That(failure.Message, Does.Contain("back up again after its next commit"));
        Assert.That((await backups.ReadManifestAsync())!.Bytes.ToArray(), Is.EqualTo(list));
        Assert.That((await backups.ListAsync()).Select(f => f.Name), Does.Not.Contain(newest));
        Assert.That(await SnapshotBackup.VerifyAsync(backups), Is.Empty);
    }

    [Test]
    public async Task A_damaged_back_up_is_found_and_not_restored([Values] bool isMissing)
    {
        var (store, backups) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 20, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        foreach (var file in await backups.ListAsync())
        {
            var damaged = await CopyOfStore.OfAsync(backups);
            await ChangeAsync(damaged, file.Name, isMissing);
            Assert.That(await SnapshotBackup.VerifyAsync(damaged), Has.Count.EqualTo(1), file.Name);
            var target = new MemorySnapshotStore();
            Assert.That(() => SnapshotBackup.RestoreAsync(damaged, target), Throws.InstanceOf<SnapshotException>(), file.Name);
            Assert.That(await target.ReadManifestAsync(), Is.Null);
        }
    }

    [Test]
    public async Task A_damaged_store_is_healed_in_place()
    {
        var (store, backups) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 20, CancellationToken.None);
        var state = await RestoredTrainer.FromAsync(store);
        await SnapshotBackup.CreateAsync(store, backups);
        foreach (var file in await store.ListAsync()) await ChangeAsync(store, file.Name, isMissing: false);
        await SnapshotBackup.RestoreAsync(backups, store);
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(state));
        await CrashScenario.TrainAsync(store, 40, CancellationToken.None);
    }

    [Test]
    public async Task Old_back_ups_go_with_the_files_that_no_other_has()
    {
        var (store, backups) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        foreach (var steps in new long[] { 10, 40, 41, 90 })
        {
            await CrashScenario.TrainAsync(store, steps, CancellationToken.None);
            await SnapshotBackup.CreateAsync(store, backups);
        }
        var newest = (await SnapshotBackup.ListAsync(backups)).TakeLast(2).ToList();
        var deleted = await SnapshotBackup.RetainAsync(backups, 2);
        Assert.That(deleted, Is.Not.Empty);
        Assert.That(await SnapshotBackup.ListAsync(backups), Is.EqualTo(newest));
        Assert.That(await SnapshotBackup.VerifyAsync(backups), Is.Empty);
        Assert.That(await SnapshotBackup.RetainAsync(backups, 2), Is.Empty);
        Assert.That(() => SnapshotBackup.RetainAsync(backups, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task A_cleaning_and_a_back_up_at_once_lose_nothing()
    {
        var store = new MemorySnapshotStore();
        var backups = new SwitchedStore(new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 10, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        await SnapshotCompactor.CompactAsync(store);
        await CrashScenario.TrainAsync(store, 13, CancellationToken.None);
        // A back-up that has found some of its files there is about to be listed, when the one that has them is dropped.
        backups.BeforeReplace = async () =>
        {
            var other = new MemorySnapshotStore();
            await CrashScenario.TrainAsync(other, 3, CancellationToken.None);
            await SnapshotBackup.CreateAsync(other, backups);
            await SnapshotBackup.RetainAsync(backups, 1);
        };
        await SnapshotBackup.CreateAsync(store, backups);
        Assert.That(await SnapshotBackup.VerifyAsync(backups), Is.Empty);
        var restored = new MemorySnapshotStore();
        await SnapshotBackup.RestoreAsync(backups, restored);
        Assert.That(await RestoredTrainer.FromAsync(restored), Is.EqualTo(await RestoredTrainer.FromAsync(store)));
    }

    [Test]
    public async Task A_back_up_amid_a_cleaning_counts_on_no_file_that_goes()
    {
        var (store, other, backups) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new CountingStore());
        await CrashScenario.TrainAsync(store, 10, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        await CrashScenario.TrainAsync(other, 3, CancellationToken.None);
        await SnapshotBackup.CreateAsync(other, backups);
        backups.BeforeDelete = () => SnapshotBackup.CreateAsync(store, backups);
        Assert.That(await SnapshotBackup.RetainAsync(backups, 1), Is.Not.Empty);
        Assert.That(await SnapshotBackup.ListAsync(backups), Has.Count.EqualTo(2));
        Assert.That(await SnapshotBackup.VerifyAsync(backups), Is.Empty);
        var restored = new MemorySnapshotStore();
        await SnapshotBackup.RestoreAsync(backups, restored);
        Assert.That(await RestoredTrainer.FromAsync(restored), Is.EqualTo(await RestoredTrainer.FromAsync(store)));
    }

    [Test]
    public async Task A_replica_goes_back_with_a_store_that_was_lost()
    {
        var (store, backups) = (new SwitchedStore(new MemorySnapshotStore()), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 6, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        await CrashScenario.TrainAsync(store, 12, CancellationToken.None);
        var model = CrashScenario.CreateModel(CrashScenario.CreateSchema());
        await using var replica = await ModelReplica.OpenAsync(store, model, new() { PollEvery = Timeout.InfiniteTimeSpan });
        store.Inner = new MemorySnapshotStore();
        var restored = await SnapshotBackup.RestoreAsync(backups, store);
        Assert.That(restored.Number, Is.LessThan(replica.Version.Number));
        Assert.That(await replica.CatchUpAsync());
        Assert.That((replica.Version.Number, replica.Version.Commit), Is.EqualTo((restored.Number, restored.Id)));
    }

    [Test]
    public async Task A_living_trainer_cleans_up_while_it_is_backed_up()
    {
        using var folder = new TestFolder();
        var (store, backups) = (new FileSnapshotStore(folder.Path), new MemorySnapshotStore());
        using var stop = new CancellationTokenSource();
        await CrashScenario.TrainAsync(store, 3, CancellationToken.None);
        await using (var trainer = new TrainerUnderTest(store, CrashScenario.ManySteps, o =>
        {
            (o.Synchronization.CompactAfterDeltas, o.Synchronization.Retention) = (2, new() { Commits = 1, Age = TimeSpan.Zero });
        }))
        {
            var run = trainer.Trainer.RunAsync(null, stop.Token);
            for (var i = 0; i < 15; i++) await SnapshotBackup.CreateAsync(store, backups);
            await stop.CancelAsync();
            Assert.That(() => run, Throws.InstanceOf<OperationCanceledException>());
        }
        Assert.That(await SnapshotBackup.VerifyAsync(backups), Is.Empty);
        foreach (var backup in await SnapshotBackup.ListAsync(backups))
        {
            var restored = new MemorySnapshotStore();
            await SnapshotBackup.RestoreAsync(backups, restored, backup.Id);
            Assert.That((await SnapshotInspector.VerifyAsync(restored)).Problems, Is.Empty);
        }
    }

    [Test]
    public async Task A_store_of_back_ups_is_no_store_and_a_store_no_store_of_back_ups()
    {
        var (store, backups, other) = (new MemorySnapshotStore(), new MemorySnapshotStore(), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 10, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        Assert.That(() => CrashScenario.TrainAsync(backups, 20, CancellationToken.None), Throws.InstanceOf<SnapshotException>());
        Assert.That(() => SnapshotCompactor.RetainAsync(backups), Throws.InstanceOf<SnapshotException>());
        Assert.That(() => SnapshotBackup.CreateAsync(store, store), Throws.InstanceOf<SnapshotException>());
        await CrashScenario.TrainAsync(other, 3, CancellationToken.None);
        var refused = Assert.ThrowsAsync<SnapshotException>(() => SnapshotBackup.RestoreAsync(backups, other));
        Assert.That(refused!.Message, Does.Contain("Restore into a store of its own"));
        Assert.That(() => SnapshotBackup.RestoreCommitAsync(store, 999), Throws.InstanceOf<SnapshotException>());
        Assert.That(() => SnapshotBackup.CreateAsync(new MemorySnapshotStore(), backups), Throws.InstanceOf<SnapshotException>());
        Assert.That(() => SnapshotBackup.RestoreAsync(backups, store, Guid.NewGuid()), Throws.InstanceOf<SnapshotException>());
    }

    [Test]
    public async Task Each_bit_of_the_list_of_back_ups_is_checked()
    {
        var (store, backups) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await CrashScenario.TrainAsync(store, 3, CancellationToken.None);
        await SnapshotBackup.CreateAsync(store, backups);
        var bytes = (await backups.ReadManifestAsync())!.Bytes.ToArray();
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var damaged = new MemorySnapshotStore();
            await damaged.TryReplaceManifestAsync(changed, null);
            Assert.That(() => SnapshotBackup.ListAsync(damaged), Throws.InstanceOf<SnapshotException>(), $"bit {bit}");
        }
    }

    private static async Task ChangeAsync(MemorySnapshotStore store, string name, bool isMissing)
    {
        using var file = await store.OpenAsync(name);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        bytes[bytes.Length / 2] ^= 1;
        await store.DeleteAsync(name);
        if (!isMissing) store.Commit(name, bytes);
    }
}
