using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Serving;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// What holds memory, files or a lock is disposed by several threads at once, while another uses it, and is used afterwards.
/// </summary>
public class SharedDisposalTests : LeakChecked
{
    private const int Rounds = 100;

    [Test]
    public void A_block_that_two_dispose_at_once_is_freed_once([Values(100, 1 << 20)] int bytes)
    {
        var account = new MemoryAccount(1L << 32);
        for (var round = 0; round < Rounds / 10; round++)
        {
            // Many, one after the other, so that the threads meet at some of them.
            NativeBlock[] blocks = [.. Enumerable.Range(0, 1000).Select(_ => account.Allocate(bytes))];
            using var start = new Barrier(2);
            Crowd.Run(DisposeAll, DisposeAll);
            Assert.That(account.Bytes, Is.Zero);

            void DisposeAll()
            {
                start.SignalAndWait();
                foreach (var block in blocks) block.Dispose();
            }
        }
    }

    [Test]
    public void A_filter_that_was_disposed_refuses([Values] bool isSketch)
    {
        var options = new MinOccurrencesOptions(3)
        {
            Counter = isSketch ? new SketchCounterOptions { Capacity = 1000 } : new ExactCounterOptions()
        };
        for (var round = 0; round < Rounds / 10; round++)
        {
            using var filter = options.Create(new AdmissionContext(1, "t"));
            Assert.That(filter.Admit(Request(1)), Is.False);
            Crowd.Run(filter.Dispose, filter.Dispose);
            // What is counted exactly begins again from nothing.
            if (isSketch) Assert.That(() => filter.Admit(Request(2)), Throws.InstanceOf<ObjectDisposedException>());
        }

        static AdmissionRequest Request(long id) => new() { Id = id, MixedId = 0, Count = 1, EventTime = At.Seconds(0), Step = 0 };
    }

    [Test]
    public async Task A_file_that_is_closed_while_it_is_written_refuses_and_leaves_nothing([Values] bool onDisk)
    {
        using var folder = new TestFolder();
        SnapshotStore store = onDisk ? new FileSnapshotStore(folder.Path) : new MemorySnapshotStore();
        for (var round = 0; round < Rounds / 4; round++)
        {
            var file = await store.CreateAsync($"file-{round}.snapshot");
            var bytes = new byte[1000];
            Crowd.Run(() => Write(file, bytes), () => Write(file, bytes), () => CloseSoon(file, round), file.Dispose);
            Assert.That(() => file.Write(bytes), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(async () => await file.CommitAsync(), Throws.InstanceOf<ObjectDisposedException>());
        }
        Assert.That(await store.ListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_commit_that_two_write_and_dispose_at_once_is_written_once_and_the_next_goes_on()
    {
        using var trained = new TrainedModel();
        for (var round = 0; round < 20; round++)
        {
            trained.Train();
            var pending = await trained.Chain.CutAsync(Sections());
            var written = 0;
            Crowd.Run(Write, Write, () => DisposeSoon(pending, round), () => DisposeSoon(pending, round));
            Assert.That(written, Is.LessThanOrEqualTo(1));
            Assert.That(() => pending.WriteAsync(), Throws.InstanceOf<ObjectDisposedException>());

            void Write()
            {
                try
                {
                    pending.WriteAsync().GetAwaiter().GetResult();
                    Interlocked.Increment(ref written);
                }
                catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or SnapshotException)
                {
                }
            }
        }
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync();
        trained.AssertEquals(replica);
    }

    [Test]
    public async Task A_commit_that_is_disposed_while_it_is_written_keeps_others_out_until_it_has_ended()
    {
        var (entered, gate, isFirst) = (new TaskCompletionSource(), new TaskCompletionSource(), true);
        var store = new HookedStore(new MemorySnapshotStore());
        using var trained = new TrainedModel(store);
        trained.Train();
        store.BeforeReplace = () =>
        {
            if (!isFirst) return Task.CompletedTask;
            isFirst = false;
            entered.SetResult();
            return gate.Task;
        };
        var pending = await trained.Chain.CutAsync(Sections());
        var writing = Task.Run(() => pending.WriteAsync());
        await entered.Task;
        // It has begun when the call returns, and waits for the writing.
        var disposal = pending.DisposeAsync().AsTask();
        Assert.That(disposal.IsCompleted, Is.False);
        Assert.That(
            async () => await trained.Chain.CutAsync(Sections()), Throws.InvalidOperationException.With.Message.Contains("one at a time"));
        gate.SetResult();
        await Task.WhenAll(writing, disposal);
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync();
        trained.AssertEquals(replica);
        Assert.That(replica.Version.Number, Is.EqualTo(2));
    }

    [Test]
    public async Task What_a_commit_calls_may_dispose_it([Values] bool waits)
    {
        using var trained = new TrainedModel();
        trained.Train();
        var pending = await trained.Chain.CutAsync(Sections());
        var progress = new Told(() =>
        {
            var disposal = pending.DisposeAsync().AsTask();
            if (waits) disposal.GetAwaiter().GetResult();
        });
        try
        {
            await pending.WriteAsync(progress);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or SnapshotException)
        {
        }
        await pending.DisposeAsync();
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync();
        trained.AssertEquals(replica);
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Sections() => new() { ["position"] = new byte[] { 1 } };

    private static void Write(SnapshotFileStream file, byte[] bytes)
    {
        try
        {
            for (var i = 0; i < 1000; i++) file.Write(bytes);
        }
        catch (Exception e) when (e is ObjectDisposedException or SnapshotException)
        {
        }
    }

    private static void CloseSoon(SnapshotFileStream file, int round)
    {
        Thread.SpinWait(round * 500);
        file.Dispose();
    }

    private static void DisposeSoon(PendingSnapshot pending, int round)
    {
        Thread.SpinWait(round * 2000);
        pending.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private sealed class Told(Action told) : IProgress<SnapshotProgress>
    {
        public void Report(SnapshotProgress value) => told();
    }
}
