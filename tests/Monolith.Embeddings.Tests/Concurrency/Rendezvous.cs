namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// Lets threads start together, over and over. They wait awake: whoever a barrier had put to sleep would wake when the others are through
/// with work of a few microseconds.
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

    /// <summary>Nobody waits any more.</summary>
    public void Leave() => Interlocked.Increment(ref _left);
}
