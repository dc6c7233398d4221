using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// The memory of the admission filter that the set's account does not know of, in bytes; 0 once the table is disposed.
    /// </summary>
    internal long UnaccountedBytes
    {
        get
        {
            if (!_stripes.Gate.TryEnterShared()) return 0;
            try
            {
                var bytes = 0L;
                foreach (var stripe in _stripes.All)
                {
                    lock (stripe.Lock) bytes += stripe.Filter.UnaccountedBytes;
                }
                return bytes;
            }
            finally
            {
                _stripes.Gate.ExitShared();
            }
        }
    }

    /// <summary>
    /// What the table holds and what happened to it. While other threads write, numbers that were true stripe by stripe. Cheap: each stripe
    /// is locked once, for some additions, and, where an eviction has just begun, until its filter has forgotten what the eviction says.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public EmbeddingTableStatistics GetStatistics()
    {
        _stripes.Gate.EnterShared();
        return ReadStatistics();
    }

    /// <summary>The same, or null once the table is disposed.</summary>
    internal EmbeddingTableStatistics? TryGetStatistics() => _stripes.Gate.TryEnterShared() ? ReadStatistics() : null;

    // Leaves the gate, which the caller has entered.
    private EmbeddingTableStatistics ReadStatistics()
    {
        try
        {
            var tally = new StatisticsTally
            {
                EventTimes = _clock.Counts,
                OtherBytes = _resources.Pool.IdleBytes + _stripes.Gate.Reclaimer.RetiredBytes,
            };
            foreach (var stripe in _stripes.All)
            {
                lock (stripe.Lock) stripe.AddTo(ref tally);
            }
            return tally.ToStatistics();
        }
        finally
        {
            _stripes.Gate.ExitShared();
        }
    }
}
