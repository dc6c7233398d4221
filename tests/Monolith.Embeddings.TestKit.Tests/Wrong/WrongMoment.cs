namespace Monolith.Embeddings.TestKit.Tests.Wrong;

/// <summary>
/// Makes threads meet in what a plug-in shares among them, however few processors there are: every thread but the first one waits until
/// another has changed what it wrote.
/// </summary>
internal sealed class WrongMoment
{
    private const int MostSpins = 2000;

    private int _first, _spins;

    /// <summary>Waits for the change; a plug-in that is used by one thread waits for nothing.</summary>
    /// <param name="shared">What all threads write to.</param>
    /// <param name="written">What this thread wrote there.</param>
    public void Await<T>(ref T shared, T written)
        where T : struct, IEquatable<T>
    {
        var thread = Environment.CurrentManagedThreadId;
        var first = Interlocked.CompareExchange(ref _first, thread, 0);
        if (first == 0 || first == thread) return;
        for (var wait = new SpinWait(); shared.Equals(written) && Interlocked.Increment(ref _spins) < MostSpins;) wait.SpinOnce();
    }
}
