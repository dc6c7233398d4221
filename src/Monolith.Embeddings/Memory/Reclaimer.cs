using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Memory;

/// <summary>
/// Frees memory that other threads may still be reading without a lock, as soon as none can be (epoch-based reclamation, Fraser 2004). A
/// reader enters before it takes an address and exits when it has dropped it; who replaces a block unlinks it first and then retires it.
/// No call waits unless more than a given size is retired. Thread-safe.
/// </summary>
/// <param name="mostRetiredBytes">
/// From how many retired bytes on <see cref="Exit"/> and <see cref="Refresh"/> wait until they are freed.
/// </param>
internal sealed class Reclaimer(long mostRetiredBytes = long.MaxValue) : IDisposable
{
    private readonly Queue<(long Epoch, INativeMemory Block)> _retired = [];
    private readonly Lock _lock = new();
    private Counters _readers;
    private long _epoch;
    private int _isAsked;
    private int _retiredCount;
    private long _retiredBytes;

    /// <summary>The memory that waits to be freed.</summary>
    public long RetiredBytes => Volatile.Read(ref _retiredBytes);

    /// <summary>Enters; what is read until <see cref="Exit"/> stays in place.</summary>
    /// <returns>To be given to <see cref="Exit"/>.</returns>
    public long Enter()
    {
        while (true)
        {
            var epoch = Volatile.Read(ref _epoch);
            Interlocked.Increment(ref Readers(epoch));
            if (Volatile.Read(ref _epoch) == epoch) return epoch;
            Interlocked.Decrement(ref Readers(epoch));
        }
    }

    public void Exit(long epoch)
    {
        Interlocked.Decrement(ref Readers(epoch));
        if (Volatile.Read(ref _retiredCount) > 0) Advance();
        if (IsOverdue) AwaitReaders();
    }

    /// <summary>
    /// Exits and enters again where too much waits to be freed. The caller keeps no address, and holds no lock that a reader may wait for.
    /// </summary>
    public long Refresh(long epoch)
    {
        if (!IsOverdue) return epoch;
        Exit(epoch);
        return Enter();
    }

    /// <summary>
    /// Frees a block that no reader can find any more, at once if there are no other readers, else when those of now are gone. The caller
    /// has entered, or keeps all others from entering.
    /// </summary>
    public void Retire(INativeMemory block)
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref Readers(0)) + Volatile.Read(ref Readers(1)) <= 1)
        {
            block.Dispose();
            return;
        }
        lock (_lock)
        {
            _retired.Enqueue((_epoch, block));
            _retiredCount = _retired.Count;
            _retiredBytes += block.Bytes;
        }
    }

    /// <summary>Frees all that is left. No reader has entered, and none will.</summary>
    public void Dispose()
    {
        while (_retired.TryDequeue(out var last)) Free(last.Block);
    }

    // An epoch ends when no reader of the one before is left: so readers are of this epoch or the last, and what was retired two epochs ago
    // has no reader.
    private void Advance()
    {
        // A thread that finds another at it leaves it to that one, which then looks again: the last reader to go must not leave anything
        // behind.
        Interlocked.Exchange(ref _isAsked, 1);
        while (Volatile.Read(ref _isAsked) != 0 && _lock.TryEnter()) AdvanceLocked();
    }

    private void AdvanceLocked()
    {
        try
        {
            Interlocked.Exchange(ref _isAsked, 0);
            for (var step = 0; step < 2 && Volatile.Read(ref Readers(_epoch + 1)) == 0; step++) Interlocked.Increment(ref _epoch);
            while (_retired.TryPeek(out var oldest) && oldest.Epoch <= _epoch - 2) Free(_retired.Dequeue().Block);
            Volatile.Write(ref _retiredCount, _retired.Count);
        }
        finally
        {
            _lock.Exit();
        }
    }

    private bool IsOverdue => RetiredBytes > mostRetiredBytes;

    // A reader that lost its processor may keep many generations of a growing block. Readers never wait for a thread that comes here.
    private void AwaitReaders()
    {
        for (var spin = default(SpinWait); IsOverdue; spin.SpinOnce()) Advance();
    }

    private void Free(INativeMemory block)
    {
        Volatile.Write(ref _retiredBytes, _retiredBytes - block.Bytes);
        block.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long Readers(long epoch) => ref (epoch & 1) == 0 ? ref _readers.Even : ref _readers.Odd;

    // Apart by a cache line each, from one another and from what else the object holds.
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 5 * Prefetch.LineBytes)]
    private struct Counters
    {
        [System.Runtime.InteropServices.FieldOffset(Prefetch.LineBytes)]
        public long Even;

        [System.Runtime.InteropServices.FieldOffset(3 * Prefetch.LineBytes)]
        public long Odd;
    }
}
