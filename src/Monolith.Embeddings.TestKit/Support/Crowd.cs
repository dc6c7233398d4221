namespace Monolith.Embeddings.TestKit.Support;

/// <summary>Several threads that do the same work at once.</summary>
internal static class Crowd
{
    private const int Threads = 4;

    /// <summary>Runs <paramref name="work"/> on every thread and throws the first failure.</summary>
    /// <param name="work">Told which thread it runs on, from 0.</param>
    public static void Run(Action<int> work)
    {
        Exception? failure = null;
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                work(number);
            }
            catch (Exception thrown)
            {
                Interlocked.CompareExchange(ref failure, thrown, null);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (failure is ContractViolationException violation)
            throw new ContractViolationException($"on several threads at once, {violation.Message}");
        if (failure is not null)
        {
            throw new ContractViolationException(
                $"on several threads at once, {failure.GetType().Name} was thrown: {failure.Message}", failure);
        }
    }
}
