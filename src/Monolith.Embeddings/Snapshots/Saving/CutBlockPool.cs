namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// The blocks of the save before, for the next one: the first batch after a cut fills a block of nearly every stripe, and memory that was
/// never touched would cost it a page fault for each few lines. As many are kept as a save had at once. Thread-safe.
/// </summary>
internal sealed class CutBlockPool
{
    private readonly Lock _lock = new();
    private readonly Stack<CutBlock> _kept = [];

    /// <summary>A block that was used before; null where there is none of this length.</summary>
    public CutBlock? TryTake(int bytes)
    {
        lock (_lock) return _kept.TryPop(out var block) && block.Bytes == bytes ? block : null;
    }

    /// <summary>Takes a block that is no longer used.</summary>
    public void Keep(CutBlock block)
    {
        lock (_lock) _kept.Push(block);
    }
}
