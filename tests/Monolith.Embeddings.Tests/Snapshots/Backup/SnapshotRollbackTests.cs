using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training;

namespace Monolith.Embeddings.Tests.Snapshots.Backup;

/// <summary>A store goes back to an earlier commit, and keeps what it gives up.</summary>
public class SnapshotRollbackTests : LeakChecked
{
    private const long Batches = 30;

    [Test]
    public async Task Wherever_it_fails_training_comes_to_the_same_bits_and_nothing_is_lost([Values] bool isOfStore)
    {
        var expected = await TrainAsync(new MemorySnapshotStore(), Batches);
        for (var fault = 0; ; fault += Places.Step(3))
        {
            var (store, aside) = (new FailingStore(), new FailingStore());
            var newest = await TrainAsync(store, 20);
            var commits = (await ManifestAsync(store)).Commits;
            var (back, last) = (commits[^7], commits[^1].Identity);
            (isOfStore ? store : aside).FailAt(fault);
            var hasFailed = false;
            try
            {
                await SnapshotRollback.GoBackAsync(store, back.Number, aside);
            }
            catch (SnapshotException)
            {
                hasFailed = true;
            }
            (isOfStore ? store : aside).FailAt(null);
            if ((await ManifestAsync(store)).Newest!.Identity == last) await SnapshotRollback.GoBackAsync(store, back.Number, aside);
            Assert.That((await ManifestAsync(store)).Newest!.Created, Is.EqualTo(back.Created));
            Assert.That(await TrainAsync(store, Batches), Is.EqualTo(expected), $"fault {fault}");
            // What was given up.
            var copy = new MemorySnapshotStore();
            await SnapshotBackup.RestoreAsync(aside, copy);
            Assert.That(await TrainAsync(copy, 20), Is.EqualTo(newest), $"fault {fault}");
            if (hasFailed) continue;
            Assert.That(fault, Is.GreaterThan(5));
            break;
        }
    }

    [Test]
    public async Task A_trainer_of_the_line_that_was_given_up_is_refused()
    {
        var (store, batches) = (new MemorySnapshotStore(), 0);
        await TrainAsync(store, 10);
        await using var under = Under(store, Batches, () =>
        {
            if (++batches == 5) SnapshotRollback.GoBackAsync(store, 4, new MemorySnapshotStore()).GetAwaiter().GetResult();
        });
        var refused = Assert.ThrowsAsync<SnapshotException>(() => under.Trainer.RunAsync())!;
        Assert.That(refused.IsReplaced);
    }

    [Test]
    public async Task Nothing_is_committed_between_what_is_kept_and_what_is_gone_on_from()
    {
        var (store, aside) = (new MemorySnapshotStore(), new FailingStore());
        var kept = await TrainAsync(store, 10);
        var (scoring, goOn, batches) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        await using var under = Under(store, Batches, () =>
        {
            if (++batches > 1) return;
            scoring.SetResult();
            goOn.Task.Wait();
        });
        var run = Task.Run(() => under.Trainer.RunAsync());
        await scoring.Task;
        // The list of back-ups is replaced once all files are copied: too late for what the trainer commits now.
        aside.Replacing = () =>
        {
            goOn.TrySetResult();
            Assert.That(() => run.Wait(TimeSpan.FromMinutes(1)), Throws.TypeOf<AggregateException>());
        };
        await SnapshotRollback.GoBackAsync(store, 4, aside);
        Assert.That(((SnapshotException)run.Exception!.InnerException!).IsReplaced);
        var copy = new MemorySnapshotStore();
        await SnapshotBackup.RestoreAsync(aside, copy);
        Assert.That(await TrainAsync(copy, 10), Is.EqualTo(kept));
    }

    [Test]
    public async Task A_place_that_holds_no_back_ups_fences_nobody_off()
    {
        var (store, aside) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(store, 5);
        await TrainAsync(aside, 2);
        var before = (await ManifestAsync(store)).ToBytes();
        foreach (var place in new[] { store, aside })
        {
            var refused = Assert.ThrowsAsync<SnapshotException>(() => SnapshotRollback.GoBackAsync(store, 1, place))!;
            Assert.That(refused.Message, Does.Contain("back-ups"));
        }
        Assert.That((await ManifestAsync(store)).ToBytes(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_commit_that_is_not_there_fences_nobody_off()
    {
        var store = new MemorySnapshotStore();
        await TrainAsync(store, 5);
        var before = (await ManifestAsync(store)).ToBytes();
        var refused = Assert.ThrowsAsync<SnapshotException>(() => SnapshotRollback.GoBackAsync(store, 99, new MemorySnapshotStore()))!;
        Assert.That(refused.Message, Does.Contain("commit 99"));
        Assert.That((await ManifestAsync(store)).ToBytes(), Is.EqualTo(before));
    }

    private static async Task<SnapshotManifest> ManifestAsync(SnapshotStore store) =>
        (await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!;

    private static TrainerUnderTest Under(SnapshotStore store, long batches, Action? scored = null) => new(store, batches, o =>
    {
        o.Scored = (_, _) => scored?.Invoke();
        (o.Synchronization.CommitAtEnd, o.Synchronization.CompactAfterDeltas) = (false, null);
    });

    private static async Task<string[]> TrainAsync(SnapshotStore store, long batches)
    {
        await using var under = Under(store, batches);
        await under.Trainer.RunAsync();
        return SavedState.Of(under.Tables);
    }

    /// <summary>A store in memory of which one operation fails, whichever it is.</summary>
    private sealed class FailingStore : SnapshotStore
    {
        private readonly MemorySnapshotStore _inner = new();
        private int? _left;

        /// <summary>Called before a manifest is replaced; null for nothing.</summary>
        public Action? Replacing { get; set; }

        public void FailAt(int? operation) => _left = operation;

        public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default)
        {
            Count();
            return _inner.ListAsync(cancellationToken);
        }

        public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default)
        {
            Count();
            return _inner.ReadManifestAsync(cancellationToken);
        }

        protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken)
        {
            Count();
            return _inner.CreateAsync(name, cancellationToken);
        }

        protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken)
        {
            Count();
            return _inner.OpenAsync(name, cancellationToken);
        }

        protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken)
        {
            Count();
            return _inner.DeleteAsync(name, cancellationToken);
        }

        protected override async ValueTask<string?> TryReplaceManifestCoreAsync(
            ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
        {
            Replacing?.Invoke();
            Count();
            var token = await _inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken);
            // Or the answer is lost.
            Count();
            return token;
        }

        private void Count()
        {
            if (_left is null || _left-- != 0) return;
            throw new SnapshotException(SnapshotFault.Storage, "manifest", "an answer", "none.");
        }
    }
}
