using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>The memory of the admission filter that the set's account does not know of, in bytes; 0 once the table is disposed.</summary>
    internal long UnaccountedBytes
    {
        get
        {
            if (!_gate.TryEnterShared()) return 0;
            try
            {
                var bytes = 0L;
                foreach (var stripe in _stripes)
                {
                    lock (stripe.Lock) bytes += stripe.UnaccountedBytes;
                }
                return bytes;
            }
            finally
            {
                _gate.ExitShared();
            }
        }
    }

    /// <summary>
    /// What the table holds and what happened to it. While other threads write, numbers that were true stripe by stripe. Cheap: each stripe is locked once, for
    /// some additions, and, where an eviction has just begun, until its filter has forgotten what the eviction says.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public EmbeddingTableStatistics GetStatistics()
    {
        _gate.EnterShared();
        return ReadStatistics();
    }

    /// <summary>The same, or null once the table is disposed.</summary>
    internal EmbeddingTableStatistics? TryGetStatistics() => _gate.TryEnterShared() ? ReadStatistics() : null;

    // Leaves the gate, which the caller has entered.
    private EmbeddingTableStatistics ReadStatistics()
    {
        try
        {
            var tally = new StatisticsTally
            {
                EventTimes = _events.Counts,
                OtherBytes = _room.Pool.IdleBytes + _gate.Reclaimer.RetiredBytes,
            };
            foreach (var stripe in _stripes)
            {
                lock (stripe.Lock) stripe.AddTo(ref tally);
            }
            return tally.ToStatistics();
        }
        finally
        {
            _gate.ExitShared();
        }
    }
}
