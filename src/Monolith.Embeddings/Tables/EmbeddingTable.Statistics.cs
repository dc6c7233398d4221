namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>The memory of the admission filter, in bytes; 0 once the table is disposed.</summary>
    internal long FilterBytes
    {
        get
        {
            if (!_gate.TryEnterShared()) return 0;
            try
            {
                var bytes = 0L;
                foreach (var stripe in _stripes)
                {
                    lock (stripe.Lock) bytes += stripe.FilterBytes;
                }
                return bytes;
            }
            finally
            {
                _gate.ExitShared();
            }
        }
    }

    /// <summary>What the table holds and what happened to it. While other threads write, numbers that were true stripe by stripe.</summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public EmbeddingTableStatistics GetStatistics()
    {
        _gate.EnterShared();
        try
        {
            var (total, rows, pending, filterBytes, growths, overflow) = (new StripeCounters(), 0L, 0L, 0L, 0L, 0L);
            foreach (var stripe in _stripes)
            {
                lock (stripe.Lock)
                {
                    total.Add(in stripe.Counters);
                    rows += stripe.Count;
                    pending += stripe.PendingCount;
                    filterBytes += stripe.FilterBytes;
                    growths += stripe.Growths;
                    overflow += stripe.OverflowCount;
                }
            }
            return new EmbeddingTableStatistics(rows, pending, filterBytes, total.Created, total.Refused, total.Expired, total.Evicted, total.Removed,
                total.DroppedGradients, total.NonFiniteGradients, total.LookedUp, total.Found, growths, overflow);
        }
        finally
        {
            _gate.ExitShared();
        }
    }
}
