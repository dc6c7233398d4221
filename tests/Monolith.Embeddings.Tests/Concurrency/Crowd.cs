namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>Runs bodies at once, each on a thread of its own, and fails with what any of them threw.</summary>
internal static class Crowd
{
    public static void Run(params Action[] bodies)
    {
        Task[] tasks = [.. bodies.Select(
            body => Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Assert.That(() => Task.WaitAll(tasks), Throws.Nothing);
    }

    /// <summary>
    /// The first bodies do their work; the others step again and again until those are done. One that fails lets no other wait for it.
    /// </summary>
    public static void RunUntilDone(Action[] work, Action[] steps)
    {
        var left = work.Length;
        IEnumerable<Action> working = work.Select(body => (Action)(() =>
        {
            try
            {
                body();
            }
            finally
            {
                Interlocked.Decrement(ref left);
            }
        }));
        IEnumerable<Action> stepping = steps.Select(step => (Action)(() =>
        {
            while (Volatile.Read(ref left) > 0) step();
        }));
        Run([.. working, .. stepping]);
    }
}
