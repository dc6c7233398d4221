namespace Monolith.Embeddings.Threads;

/// <summary>Work over the numbers from 0 up, any part of which can be done by any thread at any time.</summary>
internal abstract class RangeWork
{
    /// <summary>Does the part from <paramref name="start"/> up to, not with, <paramref name="end"/>.</summary>
    public abstract void Run(int start, int end);
}
