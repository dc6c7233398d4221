using System.Diagnostics.CodeAnalysis;

namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>
/// Stands between the passes that evict at the limit, one at a time, and the chunks whose ids were counted against the last rows, many at a
/// time. Taken before the table's gate and before any stripe. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A verb may hold it while its table is disposed; the collector takes it.")]
internal sealed class PassGate
{
    private readonly ReaderWriterLockSlim _lock = new(LockRecursionPolicy.NoRecursion);

    public void EnterShared() => _lock.EnterReadLock();

    public void ExitShared() => _lock.ExitReadLock();

    public void EnterExclusive() => _lock.EnterWriteLock();

    public void ExitExclusive() => _lock.ExitWriteLock();
}
