using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// Stands above the stripes: verbs hold it shared, for a chunk of a batch at a time; what must meet no verb at all holds it alone. Knows
/// whether the table is disposed, and refuses a plug-in that calls back. Thread-safe.
/// </summary>
/// <param name="tableName">For messages.</param>
/// <param name="mostRetiredBytes">How much memory may wait for verbs that may be reading it.</param>
[SuppressMessage(
    "Design", "CA1001", Justification = "Verbs that come after the table was disposed still ask the lock; the collector takes it.")]
internal sealed class TableGate(string tableName, long mostRetiredBytes)
{
    private readonly ReaderWriterLockSlim _lock = new(LockRecursionPolicy.NoRecursion);
    private bool _isDisposed;

    /// <summary>
    /// Keeps memory that verbs read without a lock in place. It is entered behind the gate, and never while waiting for a stripe: the
    /// stripe's holder may be waiting for the readers.
    /// </summary>
    public Reclaimer Reclaimer { get; } = new(mostRetiredBytes);

    public void EnterShared()
    {
        if (!TryEnterShared()) ThrowDisposed();
    }

    /// <summary>False where the table is disposed.</summary>
    public bool TryEnterShared()
    {
        RefuseReentry();
        _lock.EnterReadLock();
        if (!_isDisposed) return true;
        _lock.ExitReadLock();
        return false;
    }

    public void ExitShared() => _lock.ExitReadLock();

    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void RequireOpen()
    {
        EnterShared();
        ExitShared();
    }

    public void EnterExclusive()
    {
        RefuseReentry();
        _lock.EnterWriteLock();
        if (!_isDisposed) return;
        _lock.ExitWriteLock();
        ThrowDisposed();
    }

    public void ExitExclusive() => _lock.ExitWriteLock();

    /// <summary>Waits for the verbs under way and lets no other begin. False where it was closed before.</summary>
    public bool TryClose()
    {
        RefuseReentry();
        _lock.EnterWriteLock();
        var closed = !_isDisposed;
        _isDisposed = true;
        _lock.ExitWriteLock();
        return closed;
    }

    private void RefuseReentry()
    {
        if (_lock.IsReadLockHeld || _lock.IsWriteLockHeld)
            throw new InvalidOperationException(
                $"A plug-in of table '{tableName}' called back into its table. Optimizers, initializers, filters and expiry policies get "
                + "values, and must not use the table.");
    }

    private void ThrowDisposed() => throw new ObjectDisposedException(tableName, $"Table '{tableName}' is disposed.");
}
