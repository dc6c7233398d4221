using Microsoft.Extensions.Options;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Serving;

public class ModelReplicaTests : LeakChecked
{
    [Test]
    public async Task After_any_history_a_replica_equals_the_trainer(
        [Values(RowFormat.Float32, RowFormat.Float16, RowFormat.Int8)] RowFormat precision, [Values] bool publishServing,
        [Values] bool hasFactory)
    {
        using var trained = new TrainedModel(publishServing: publishServing, seed: (int)precision + 10);
        trained.Train();
        await trained.CommitAsync();
        await using var replica = hasFactory
            ? await ModelReplica.OpenAsync(trained.Store, _ => trained.CreateModel(), trained.Options(precision), trained.Time)
            : await trained.OpenAsync(precision);
        trained.AssertEquals(replica, precision);
        var random = new Random(3);
        for (var round = 0; round < 25; round++)
        {
            for (var commits = random.Next(3); commits > 0; commits--)
            {
                for (var batches = random.Next(4); batches > 0; batches--) trained.Train();
                await trained.CommitAsync(full: random.Next(6) == 0);
            }
            var (before, newest) = (replica.Version.Number, trained.Chain.Newest!.Number);
            Assert.That(await replica.CatchUpAsync(), Is.EqualTo(newest > before));
            trained.AssertEquals(replica, precision);
        }
        await using var late = await trained.OpenAsync(precision);
        trained.AssertEquals(late, precision);
        Assert.That((replica.Version, replica.LastFailure, replica.RefusedRows), Is.EqualTo((late.Version, (Exception?)null, 0L)));
    }

    [Test]
    public async Task Deltas_are_applied_in_order_and_once()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync();
        var deltas = await PublishAsync(trained, 3);
        Assert.That(await replica.ApplyAsync(deltas[0]), Is.EqualTo(DeltaOutcome.Applied));
        Assert.That(await replica.ApplyAsync(deltas[0]), Is.EqualTo(DeltaOutcome.AlreadyApplied));
        var before = replica.Version;
        var gap = Assert.ThrowsAsync<SnapshotException>(() => replica.ApplyAsync(deltas[2]))!;
        Assert.That((gap.Fault, gap.File, gap.Expected),
            Is.EqualTo((SnapshotFault.Refused, deltas[2].File.Name, $"a delta from cut {before.Cut}")));
        Assert.That((replica.Version, replica.LastFailure), Is.EqualTo((before, gap)));
        Assert.That(replica.Lag.Commits, Is.EqualTo(2));
        await replica.ApplyAsync(deltas[1]);
        await replica.ApplyAsync(deltas[2]);
        trained.AssertEquals(replica);
        Assert.That((replica.LastFailure, replica.Lag.Commits), Is.EqualTo(((Exception?)null, 0L)));
    }

    [Test]
    public async Task A_gap_in_a_stream_of_deltas_is_healed_from_the_store()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync();
        var deltas = await PublishAsync(trained, 5);
        await replica.FollowAsync(Stream(deltas[0], deltas[3], deltas[1], deltas[4]));
        trained.AssertEquals(replica);
        Assert.That(replica.LastFailure, Is.Null);
    }

    [Test]
    public async Task A_gap_that_the_store_cannot_heal_is_told_and_the_old_version_serves()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var old = new MemorySnapshotStore();
        await CopyAsync(trained, old);
        await using var replica = await trained.OpenAsync(store: old);
        var deltas = await PublishAsync(trained, 2);
        await replica.FollowAsync(Stream(deltas[1]));
        Assert.That(replica.Version.Number, Is.EqualTo(1));
        // The deltas that were missing come late.
        await replica.FollowAsync(Stream(deltas));
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task A_file_of_another_chain_or_commit_is_refused()
    {
        using var trained = new TrainedModel();
        using var other = new TrainedModel(seed: 2);
        foreach (var model in new[] { trained, other })
        {
            model.Train();
            await model.CommitAsync();
        }
        await using var replica = await trained.OpenAsync();
        var (ours, theirs) = ((await PublishAsync(trained, 1))[0], (await PublishAsync(other, 1))[0]);
        await AssertRefusedAsync(replica, theirs, SnapshotFault.Mismatch);
        // What they say of themselves is not what they are said to be.
        await AssertRefusedAsync(
            replica, new DeltaSnapshot(trained.Chain.Id, theirs.Commit, await other.ReadAsync(theirs.File.Name)), SnapshotFault.Mismatch);
        await AssertRefusedAsync(
            replica, new DeltaSnapshot(trained.Chain.Id, ours.Commit with { To = 99 }, await trained.ReadAsync(ours.File.Name)),
            SnapshotFault.Mismatch);
        await replica.ApplyAsync(ours);
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task Damage_anywhere_leaves_the_replica_as_it_was_and_the_next_good_file_is_taken()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync();
        var rows = Rows(trained, replica);
        var delta = (await PublishAsync(trained, 1))[0];
        var bytes = await trained.ReadAsync(delta.File.Name);
        for (var at = 0; at < bytes.Length; at += 1 + bytes.Length / 150)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 8;
            await AssertRefusedAsync(
                replica, new DeltaSnapshot(delta.Chain, delta.Commit, changed), SnapshotFault.Damaged, SnapshotFault.Mismatch);
            await AssertRefusedAsync(replica, new DeltaSnapshot(delta.Chain, delta.Commit, bytes.AsMemory(0, at)), SnapshotFault.Damaged);
        }
        Assert.That(Rows(trained, replica), Is.EqualTo(rows));
        await replica.ApplyAsync(delta);
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task Dense_weights_that_do_not_fit_are_refused_before_a_row_changes()
    {
        using var trained = new TrainedModel(hidden: 6);
        trained.Train();
        await trained.CommitAsync();
        Assert.That(
            () => ModelReplica.OpenAsync(trained.Store, trained.CreateModel(hidden: 7), trained.Options(), trained.Time),
            Throws.InstanceOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Mismatch));
    }

    [Test]
    public async Task Polling_follows_and_tells_how_far_behind_it_is()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync(pollEvery: TimeSpan.FromSeconds(10));
        await trained.Time.WaitForTimerAsync();
        Assert.That(replica.Lag, Is.EqualTo(new ReplicaLag { Age = TimeSpan.Zero, Commits = 0 }));
        for (var round = 0; round < 5; round++)
        {
            trained.Train();
            await trained.CommitAsync();
            Assert.That(replica.Lag.Age, Is.EqualTo(TimeSpan.FromSeconds(round == 0 ? 1 : 10)));
            trained.Time.Advance(TimeSpan.FromSeconds(9));
            await trained.Time.WaitForTimerAsync();
            trained.AssertEquals(replica);
            Assert.That(replica.Lag, Is.EqualTo(new ReplicaLag { Age = TimeSpan.FromSeconds(9), Commits = 0 }));
        }
    }

    [Test]
    public async Task What_polling_cannot_use_is_told_and_tried_again()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var store = new FaultyStore(trained.Store);
        await using var replica = await trained.OpenAsync(store: store, pollEvery: TimeSpan.FromSeconds(10));
        await PublishAsync(trained, 2);
        await trained.Time.WaitForTimerAsync();
        foreach (var fault in new[] { FaultyStore.Damage, FaultyStore.Absence, FaultyStore.NoManifest })
        {
            store.Fault = fault;
            trained.Time.Advance(TimeSpan.FromSeconds(10));
            await trained.Time.WaitForTimerAsync();
            Assert.That(replica.LastFailure, Is.InstanceOf<SnapshotException>(), fault);
            Assert.That(replica.Version.Number, Is.EqualTo(1));
        }
        store.Fault = "";
        trained.Time.Advance(TimeSpan.FromSeconds(10));
        await trained.Time.WaitForTimerAsync();
        Assert.That(replica.LastFailure, Is.Null);
        trained.AssertEquals(replica);
    }

    [TestCase(FaultyStore.Timeout, typeof(OperationCanceledException))]
    [TestCase(FaultyStore.Disposal, typeof(ObjectDisposedException))]
    public async Task A_timeout_or_end_of_the_store_s_own_is_a_failure_and_tried_again(string fault, Type failure)
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var store = new FaultyStore(trained.Store);
        await using var replica = await trained.OpenAsync(store: store, pollEvery: TimeSpan.FromSeconds(10));
        var deltas = await PublishAsync(trained, 2);
        store.Fault = fault;
        Assert.That(() => replica.CatchUpAsync(), Throws.InstanceOf(failure));
        Assert.That(replica.LastFailure, Is.InstanceOf(failure));
        await replica.FollowAsync(Stream(deltas[1]));
        Assert.That(replica.LastFailure, Is.InstanceOf(failure));
        await trained.Time.WaitForTimerAsync();
        for (var round = 0; round < 2; round++)
        {
            trained.Time.Advance(TimeSpan.FromSeconds(10));
            await trained.Time.WaitForTimerAsync();
        }
        Assert.That(replica.LastFailure, Is.InstanceOf(failure));
        store.Fault = "";
        trained.Time.Advance(TimeSpan.FromSeconds(10));
        await trained.Time.WaitForTimerAsync();
        Assert.That(replica.LastFailure, Is.Null);
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task What_the_caller_cancels_is_no_failure()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var store = new FaultyStore(trained.Store);
        await using var replica = await trained.OpenAsync(store: store);
        var deltas = await PublishAsync(trained, 2);
        using var stopping = new CancellationTokenSource();
        store.BeforeOpening = _ => stopping.Cancel();
        Assert.That(() => replica.FollowAsync(Stream(deltas[1]), stopping.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => replica.CatchUpAsync(stopping.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(replica.LastFailure, Is.InstanceOf<SnapshotException>(), "the gap");
        store.BeforeOpening = null;
        await replica.CatchUpAsync();
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task A_file_that_vanishes_is_done_without_by_the_next_manifest()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var store = new FaultyStore(trained.Store);
        await using var replica = await trained.OpenAsync(store: store);
        var gone = (await PublishAsync(trained, 1))[0];
        // As the replica opens the delta, a full takes the place of all, and the delta is deleted.
        store.BeforeOpening = name =>
        {
            if (name != gone.File.Name) return;
            store.BeforeOpening = null;
            trained.CommitAsync(full: true).GetAwaiter().GetResult();
            var publisher = new SnapshotPublisher(trained.Store);
            publisher.ChangeAsync(m => m!.Retain(new() { Commits = 1, Age = TimeSpan.Zero }, trained.Time.GetUtcNow()), default)
                .AsTask().GetAwaiter().GetResult();
            trained.Store.DeleteAsync(name).AsTask().GetAwaiter().GetResult();
        };
        Assert.That(await replica.CatchUpAsync(), Is.True);
        Assert.That(replica.Version.Number, Is.EqualTo(3));
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task A_damaged_delta_is_done_without_where_a_newer_full_is_there()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var store = new FaultyStore(trained.Store);
        await using var replica = await trained.OpenAsync(store: store);
        store.DamagedName = (await PublishAsync(trained, 2))[0].File.Name;
        Assert.That(
            () => replica.CatchUpAsync(), Throws.InstanceOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Damaged));
        trained.Train();
        await trained.CommitAsync(full: true);
        await replica.CatchUpAsync();
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task A_store_of_another_chain_or_set_back_is_refused()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var store = new FaultyStore(trained.Store);
        var old = await trained.Store.ReadManifestAsync();
        await PublishAsync(trained, 1);
        await using var replica = await trained.OpenAsync(store: store);
        using var other = new TrainedModel();
        await other.CommitAsync();
        foreach (var manifest in new[] { old, await other.Store.ReadManifestAsync() })
        {
            store.Manifest = manifest;
            Assert.That(() => replica.CatchUpAsync(), Throws.InstanceOf<SnapshotException>()
                .With.Property("Fault").EqualTo(SnapshotFault.Mismatch));
        }
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task A_replica_without_room_tells_so_and_leaves_nothing()
    {
        using var trained = new TrainedModel();
        for (var i = 0; i < 5; i++) trained.Train();
        Assert.That(
            () => trained.OpenAsync(), Throws.InstanceOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Missing));
        await trained.CommitAsync();
        var before = NativeBlock.UndisposedBytes;
        await using (var replica = await trained.OpenAsync())
            Assert.That(NativeBlock.UndisposedBytes - before, Is.EqualTo(replica.MemoryBytes));
        Assert.That(NativeBlock.UndisposedBytes, Is.EqualTo(before));
    }

    [Test]
    public async Task A_disposed_replica_refuses_and_an_open_request_keeps_its_tables()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var replica = await trained.OpenAsync();
        var request = replica.Rent(1);
        await replica.DisposeAsync();
        await replica.DisposeAsync();
        Assert.That(() => replica.Lookup("users", [1], new float[6]), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => replica.Rent(1), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => replica.CatchUpAsync(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(replica.MemoryBytes, Is.Positive);
        request.Dispose();
        Assert.That(replica.MemoryBytes, Is.Zero);
        Assert.That(() => request.Add(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void All_options_that_cannot_be_used_are_listed()
    {
        var options = new ModelReplicaOptions
        {
            Precision = RowFormat.OneBit,
            PollEvery = TimeSpan.Zero,
            MemoryLimitBytes = 0,
            MaxDegreeOfParallelism = 0,
        };
        Assert.That(OptionFailures.PathsOf(() => OptionErrors.ThrowIfInvalid(options)),
            Is.EqualTo(new[] { "Precision", "PollEvery", "MemoryLimitBytes", "MaxDegreeOfParallelism" }));
        using var trained = new TrainedModel();
        Assert.That(
            () => ModelReplica.OpenAsync(trained.Store, trained.CreateModel(), options), Throws.InstanceOf<OptionsValidationException>());
    }

    internal static async Task<DeltaSnapshot[]> PublishAsync(TrainedModel trained, int count)
    {
        var deltas = new DeltaSnapshot[count];
        for (var i = 0; i < count; i++)
        {
            trained.Train();
            deltas[i] = await trained.DeltaAsync(await trained.CommitAsync());
        }
        return deltas;
    }

    private static async IAsyncEnumerable<DeltaSnapshot> Stream(params DeltaSnapshot[] deltas)
    {
        foreach (var delta in deltas)
        {
            await Task.Yield();
            yield return delta;
        }
    }

    private static async Task AssertRefusedAsync(ModelReplica replica, DeltaSnapshot delta, params SnapshotFault[] faults)
    {
        var before = replica.Version;
        try
        {
            await replica.ApplyAsync(delta);
            Assert.Fail("It was taken.");
        }
        catch (SnapshotException exception)
        {
            Assert.That(faults, Does.Contain(exception.Fault), exception.Message);
            Assert.That((exception.File, replica.Version, replica.LastFailure), Is.EqualTo((delta.File.Name, before, exception)));
        }
    }

    private static List<float[]> Rows(TrainedModel trained, ModelReplica replica)
    {
        long[] ids = [.. Enumerable.Range(0, TrainedModel.Ids).Select(TrainedModel.Id)];
        return [.. trained.Tables.Tables.Select(table =>
        {
            var rows = new float[ids.Length * table.Dimension];
            replica.Lookup(table.Name, ids, rows);
            return rows;
        })];
    }

    private static async Task CopyAsync(TrainedModel trained, SnapshotStore to)
    {
        var manifest = await trained.ManifestAsync();
        foreach (var entry in manifest.Files)
        {
            await using var file = await to.CreateAsync(entry.Name);
            file.Write(await trained.ReadAsync(entry.Name));
            await file.CommitAsync();
        }
        await to.TryReplaceManifestAsync(manifest.ToBytes(), null);
    }
}
