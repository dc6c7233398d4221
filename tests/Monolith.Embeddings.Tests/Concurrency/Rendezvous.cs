namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// Lets threads start together, again and again. They wait awake: a thread that a barrier had put to sleep would wake when the others
/// have finished work of a few microseconds.
/// </summary>
internal sealed class Rendezvous(int threads)
{
    private int _arrived;
    private int _left;

    /// <summary>Waits until every thread has come as often as this one.</summary>
    /// <param name="times">How often this thread has come, this time included.</param>
    public void Wait(int times)
    {
        Interlocked.Increment(ref _arrived);
        while (Volatile.Read(ref _arrived) < threads * times && Volatile.Read(ref _left) == 0) Thread.Yield();
    }

    /// <summary>No thread waits any more.</summary>
    public void Leave() => Interlocked.Increment(ref _left);
}
