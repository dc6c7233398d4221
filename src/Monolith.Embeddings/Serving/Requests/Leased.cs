namespace Monolith.Embeddings.Serving.Requests;

/// <summary>What is freed once it is not used any more: its maker holds the first lease. Thread-safe.</summary>
internal abstract class Leased
{
    private int _leases = 1;

    /// <summary>False where it is freed, or about to be.</summary>
    public bool TryAcquire()
    {
        for (var leases = Volatile.Read(ref _leases); leases > 0;)
        {
            var found = Interlocked.CompareExchange(ref _leases, leases + 1, leases);
            if (found == leases) return true;
            leases = found;
        }
        return false;
    }

    /// <summary>Gives a lease back; the last one frees.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0) Free();
    }

    /// <summary>Called once, when no lease is held.</summary>
    protected abstract void Free();
}
