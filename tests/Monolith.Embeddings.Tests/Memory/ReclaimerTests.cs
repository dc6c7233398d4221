using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tests.Memory;

public class ReclaimerTests
{
    [Test]
    public void A_block_is_freed_at_once_where_only_its_retirer_reads()
    {
        using var reclaimer = new Reclaimer();
        var block = new Block();
        var epoch = reclaimer.Enter();
        reclaimer.Retire(block);
        reclaimer.Exit(epoch);
        Assert.That(block.IsFreed);
    }

    [Test]
    public void A_block_waits_for_those_who_entered_before_it_was_retired_and_for_nobody_else()
    {
        using var reclaimer = new Reclaimer();
        var block = new Block();
        var reader = reclaimer.Enter();
        var retirer = reclaimer.Enter();
        reclaimer.Retire(block);
        reclaimer.Exit(retirer);
        var later = reclaimer.Enter();
        Assert.That(block.IsFreed, Is.False);
        reclaimer.Exit(reader);
        Assert.That(block.IsFreed);
        reclaimer.Exit(later);
    }

    [Test]
    public void Disposal_frees_what_nobody_came_to_free()
    {
        var reclaimer = new Reclaimer();
        var block = new Block();
        reclaimer.Enter();
        reclaimer.Enter();
        reclaimer.Retire(block);
        Assert.That(block.IsFreed, Is.False);
        reclaimer.Dispose();
        Assert.That(block.IsFreed);
    }

    [Test]
    public void No_reader_ever_meets_a_freed_block()
    {
        using var reclaimer = new Reclaimer();
        var current = new Block();
        var met = 0;
        var freed = new List<Block>();
        Parallel.For(0, 4, worker =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                var epoch = reclaimer.Enter();
                var block = Volatile.Read(ref current);
                if (worker == 0 && i % 8 == 0)
                {
                    var old = Interlocked.Exchange(ref current, new Block());
                    reclaimer.Retire(old);
                    freed.Add(old);
                }
                else
                {
                    Thread.SpinWait(i & 15);
                    if (block.IsFreed) Interlocked.Increment(ref met);
                }
                reclaimer.Exit(epoch);
            }
        });
        reclaimer.Exit(reclaimer.Enter());
        Assert.Multiple(() =>
        {
            Assert.That(met, Is.Zero);
            Assert.That(freed, Has.All.Property(nameof(Block.IsFreed)).True);
        });
    }

    [Test]
    public void Who_refreshes_while_too_much_waits_goes_on_once_it_is_free()
    {
        using var reclaimer = new Reclaimer(mostRetiredBytes: 2);
        var blocks = new[] { new Block(), new Block(), new Block() };
        var reader = reclaimer.Enter();
        var grower = reclaimer.Enter();
        foreach (var block in blocks) reclaimer.Retire(block);
        var refreshed = Task.Run(() => reclaimer.Refresh(grower));
        Assert.That(blocks, Has.All.Property(nameof(Block.IsFreed)).False);
        reclaimer.Exit(reader);
        reclaimer.Exit(refreshed.Result);
        Assert.Multiple(() =>
        {
            Assert.That(blocks, Has.All.Property(nameof(Block.IsFreed)).True);
            Assert.That(reclaimer.RetiredBytes, Is.Zero);
        });
    }

    [Test]
    public void The_last_reader_leaves_nothing_behind_where_another_is_freeing_at_that_moment()
    {
        using var reclaimer = new Reclaimer();
        var last = new Block();
        var (early, reader) = (reclaimer.Enter(), 0L);
        var first = new Block { OnFree = () => Task.Run(() => reclaimer.Exit(reader)).Wait() };
        var retirer = reclaimer.Enter();
        reclaimer.Retire(first);
        reclaimer.Exit(retirer);
        reader = reclaimer.Enter();
        reclaimer.Retire(last);
        reclaimer.Exit(early);
        Assert.Multiple(() =>
        {
            Assert.That(first.IsFreed);
            Assert.That(last.IsFreed);
            Assert.That(reclaimer.RetiredBytes, Is.Zero);
        });
    }

    private sealed class Block : INativeMemory
    {
        private volatile bool _isFreed;

        public long Bytes => 1;

        public bool IsFreed => _isFreed;

        public Action? OnFree { get; init; }

        public void Dispose()
        {
            _isFreed = true;
            OnFree?.Invoke();
        }
    }
}
