using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.Saving;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>A part of a commit is disposed, or its writer is, while another thread writes it.</summary>
public class PartDisposalTests : LeakChecked
{
    [Test]
    public async Task A_part_that_two_write_and_dispose_at_once_is_written_once_and_the_next_goes_on()
    {
        using var parted = await PartedChain.OpenAsync(new MemorySnapshotStore(), seed: 1);
        for (var round = 0; round < 20; round++)
        {
            parted.Train(5);
            await using var pending = await parted.Chain.CutAsync(Contents());
            var part = await parted.Writers[0].CutAsync(pending.Plan);
            var written = 0;
            Crowd.Run(Write, Write, Dispose, Dispose);
            Assert.That(written, Is.LessThanOrEqualTo(1));
            Assert.That(() => part.WriteAsync(), Throws.InstanceOf<ObjectDisposedException>());

            void Dispose() => part.DisposeAsync().AsTask().GetAwaiter().GetResult();

            void Write()
            {
                try
                {
                    part.WriteAsync().GetAwaiter().GetResult();
                    Interlocked.Increment(ref written);
                }
                catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or SnapshotException)
                {
                }
            }
        }
        await parted.CommitAsync();
    }

    [Test]
    public async Task A_part_that_is_disposed_while_it_is_written_keeps_others_out_until_it_has_ended([Values] bool byItsWriter)
    {
        using var parted = await PartedChain.OpenAsync(new MemorySnapshotStore(), seed: 2);
        parted.Train(20);
        await using var pending = await parted.Chain.CutAsync(Contents());
        var writer = parted.Writers[0];
        var part = await writer.CutAsync(pending.Plan);
        var (entered, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writing = Task.Run(() => part.WriteAsync(new Told(() =>
        {
            entered.TrySetResult();
            gate.Task.GetAwaiter().GetResult();
        })));
        await entered.Task;
        if (byItsWriter) writer.Dispose();
        // It has begun when the call returns, and waits for the writing.
        var disposal = part.DisposeAsync().AsTask();
        Assert.That(disposal.IsCompleted, Is.False);
        Assert.That(
            async () => await writer.CutAsync(pending.Plan),
            byItsWriter
                ? Throws.TypeOf<ObjectDisposedException>()
                : Throws.InvalidOperationException.With.Message.Contains("one at a time"));
        gate.SetResult();
        await disposal;
        await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await pending.DisposeAsync();
        if (!byItsWriter) await parted.CommitAsync();
    }

    [Test]
    public async Task What_a_part_calls_may_dispose_it()
    {
        using var parted = await PartedChain.OpenAsync(new MemorySnapshotStore(), seed: 3);
        parted.Train(20);
        await using var pending = await parted.Chain.CutAsync(Contents());
        var part = await parted.Writers[0].CutAsync(pending.Plan);
        try
        {
            await part.WriteAsync(new Told(() => part.DisposeAsync().AsTask().GetAwaiter().GetResult()));
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or SnapshotException)
        {
        }
        await part.DisposeAsync();
        await pending.DisposeAsync();
        await parted.CommitAsync();
    }

    private static SnapshotCommitContents Contents() => new() { PartNames = PartedChain.Names };

    private sealed class Told(Action then) : IProgress<SnapshotProgress>
    {
        public void Report(SnapshotProgress value) => then();
    }
}
