using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// The blocks between those who fill them, the save's scan and the threads that train, and the file. There is a fixed number of them: a
/// thread that finds none writes the oldest full one itself, so that training that is faster than the disk comes to wait for it. Once the
/// save has failed there are no blocks: no thread waits for it any more. Thread-safe.
/// </summary>
/// <param name="file">Takes blocks, from one thread at a time.</param>
/// <param name="blockBytes">The length of a block.</param>
/// <param name="most">How many blocks there are; more than can be half-filled at once.</param>
/// <param name="pool">Keeps blocks between saves.</param>
/// <param name="time">Measures waiting.</param>
internal sealed class CutBlocks(SaveFile file, int blockBytes, int most, CutBlockPool pool, TimeProvider time)
{
    private readonly Lock _writing = new();
    private readonly Lock _lists = new();
    private readonly Queue<CutBlock> _full = [];
    private readonly Stack<CutBlock> _free = [];
    private CutBlock? _long;
    private int _made;
    private long _waited;
    private Exception? _failure;

    /// <summary>The length of a block.</summary>
    public int BlockBytes => blockBytes;

    /// <summary>How long threads waited for a block.</summary>
    public TimeSpan Waited => new(Interlocked.Read(ref _waited));

    /// <summary>What made the save fail; null while nothing did.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    public void Fail(Exception cause) => Interlocked.CompareExchange(ref _failure, cause, null);

    /// <summary>An empty block; null once the save has failed.</summary>
    public CutBlock? Rent()
    {
        var block = TryRent();
        if (block is not null) return block;
        var start = time.GetTimestamp();
        while (Failure is null && (block = TryRent()) is null) WriteOldest();
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
            Write(block);
            lock (_lists) _free.Push(block);
            return true;
        }
    }

    /// <summary>Leaves the empty blocks to the next save. Once nothing is filled any more.</summary>
    public void Release()
    {
        lock (_lists)
        {
            while (_free.TryPop(out var block)) pool.Keep(block);
        }
    }

    /// <summary>Writes a row at once that is longer than a block.</summary>
    /// <param name="place">What it is of.</param>
    /// <param name="row">The row.</param>
    /// <param name="recordBytes">The length of its record.</param>
    public void WriteLong(BlockPlace place, Row row, int recordBytes)
    {
        var start = time.GetTimestamp();
        lock (_writing)
        {
            if (Failure is not null) return;
            try
            {
                if (_long is null || _long.Bytes < recordBytes) _long = new CutBlock(recordBytes);
                _long.Begin(place);
                RowRecord.Write(row, _long.Add(recordBytes));
                Write(_long);
            }
            catch (OutOfMemoryException cause)
            {
                Fail(cause);
            }
        }
        Interlocked.Add(ref _waited, time.GetElapsedTime(start).Ticks);
    }

    private void Write(CutBlock block)
    {
        try
        {
            if (Failure is null) file.Write(block);
        }
        catch (Exception cause)
        {
            Fail(cause);
        }
    }

    private CutBlock? TryRent()
    {
        lock (_lists)
        {
            if (_free.TryPop(out var block)) return block;
            if (_made == most || Failure is not null) return null;
            try
            {
                block = pool.TryTake(blockBytes) ?? new CutBlock(blockBytes);
                _made++;
                return block;
            }
            catch (OutOfMemoryException cause)
            {
                Fail(cause);
                return null;
            }
        }
    }
}
