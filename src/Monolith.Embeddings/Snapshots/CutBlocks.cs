namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// The blocks between those who fill them, the save's scan and the threads that train, and the file. There is a fixed number of them: who finds none writes the oldest
/// full one himself, so that whoever trains faster than the disk writes comes to wait for it. Thread-safe.
/// </summary>
/// <param name="write">Writes a block; called by one thread at a time.</param>
/// <param name="blockBytes">The length of a block.</param>
/// <param name="most">How many blocks there are; more than can be half-filled at once.</param>
/// <param name="time">Measures waiting.</param>
internal sealed class CutBlocks(Action<CutBlock> write, int blockBytes, int most, TimeProvider time)
{
    private readonly Lock _writing = new();
    private readonly Lock _lists = new();
    private readonly Queue<CutBlock> _full = [];
    private readonly Stack<CutBlock> _free = [];
    private int _made;
    private long _waited;
    private Exception? _failure;

    /// <summary>How long threads waited for a block.</summary>
    public TimeSpan Waited => new(Interlocked.Read(ref _waited));

    /// <summary>What made the save fail; null while nothing did. From then on nothing is written, and nobody waits.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    public void Fail(Exception cause) => Interlocked.CompareExchange(ref _failure, cause, null);

    public CutBlock Rent()
    {
        if (TryRent() is { } block) return block;
        var start = time.GetTimestamp();
        do WriteOldest();
        while ((block = TryRent()) is null);
        Interlocked.Add(ref _waited, time.GetElapsedTime(start).Ticks);
        return block;
    }

    /// <summary>Takes a full block.</summary>
    public void HandOver(CutBlock block)
    {
        lock (_lists) _full.Enqueue(block);
    }

    /// <summary>Writes the block that has been full for longest. Blocks are written in the order in which they were handed over.</summary>
    /// <returns>False where there was none.</returns>
    public bool WriteOldest()
    {
        lock (_writing)
        {
            CutBlock? block;
            lock (_lists) _full.TryDequeue(out block);
            if (block is null) return false;
            try
            {
                if (Failure is null) write(block);
            }
            catch (Exception cause)
            {
                Fail(cause);
            }
            lock (_lists) _free.Push(block);
            return true;
        }
    }

    private CutBlock? TryRent()
    {
        lock (_lists)
        {
            if (_free.TryPop(out var block)) return block;
            if (_made == most) return null;
            _made++;
        }
        return new CutBlock(blockBytes);
    }
}
