using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Tests.Threads;

public sealed class ForkJoinTests
{
    [Test]
    public void Every_number_is_done_once([Values(0, 1, 3)] int helpers, [Values(1, 2, 7, 1000)] int grain)
    {
        var threads = new ForkJoin(helpers);
        var work = new Counting();
        for (var round = 0; round < 200; round++)
        {
            foreach (var count in new[] { 0, 1, 2, 13, 64 })
            {
                work.Counts = new int[count];
                threads.Run(work, count, grain);
                Assert.That(work.Counts, Is.All.EqualTo(1));
            }
        }
    }

    [Test]
    public void The_caller_does_everything_where_nobody_comes_to_help()
    {
        // All threads of the pool are kept busy: helpers that it never starts must not be waited for.
        ThreadPool.GetMinThreads(out var workers, out _);
        using var release = new ManualResetEventSlim();
        var blockers = Enumerable.Range(0, 4 * workers + 16).Select(_ => Task.Run(release.Wait)).ToArray();
        var work = new Counting { Counts = new int[50] };
        var threads = new ForkJoin(3);
        for (var round = 1; round <= 20; round++)
        {
            threads.Run(work, 50, 1);
            Assert.That(work.Counts, Is.All.EqualTo(round));
        }
        release.Set();
        Task.WaitAll(blockers);
    }

    [Test]
    public void A_failure_reaches_the_caller_and_the_next_run_is_as_new()
    {
        var threads = new ForkJoin(3);
        var work = new Counting { Counts = new int[100], FailAt = 41 };
        for (var round = 0; round < 50; round++)
            Assert.That(() => threads.Run(work, 100, 1), Throws.InvalidOperationException.With.Message.EqualTo("41"));
        work.FailAt = -1;
        work.Counts = new int[100];
        threads.Run(work, 100, 1);
        Assert.That(work.Counts, Is.All.EqualTo(1));
    }

    [Test]
    public void Helpers_do_help()
    {
        var threads = new ForkJoin(1);
        var work = new Meeting();
        threads.Run(work, 2, 1);
        Assert.That(work.Threads, Has.Count.EqualTo(2));
    }

    private sealed class Counting : RangeWork
    {
        public int[] Counts { get; set; } = [];

        public int FailAt { get; set; } = -1;

        public override void Run(int start, int end)
        {
            for (var i = start; i < end; i++)
            {
                if (i == FailAt) throw new InvalidOperationException($"{i}");
                Interlocked.Increment(ref Counts[i]);
            }
        }
    }

    /// <summary>Two parts that wait for each other: done only if two threads run them.</summary>
    private sealed class Meeting : RangeWork
    {
        private int _arrived;

        public HashSet<int> Threads { get; } = [];

        public override void Run(int start, int end)
        {
            Interlocked.Increment(ref _arrived);
            SpinWait.SpinUntil(() => Volatile.Read(ref _arrived) == 2);
            lock (Threads) Threads.Add(Environment.CurrentManagedThreadId);
        }
    }
}
