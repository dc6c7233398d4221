using Monolith.Embeddings.Tables.Eviction;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// Removes the rows that the table's expiry policy says are dead now, and returns their memory. It is as if all of them went at once,
    /// at the start: from then on they are not found, and an id that is written again gets a new row. Their memory is reclaimed in slices:
    /// a stripe is locked for a few thousand rows at a time, while other verbs go on. What is written after the start stays. Without an
    /// expiry policy nothing is removed.
    /// </summary>
    /// <remarks>
    /// The start waits for the chunks of batches that are under way. An eviction that another one finds unfinished, on another thread or
    /// cancelled, is finished first. Rows that the policy throws for stay, and the first exception is thrown at the end, when all others
    /// are done. What it throws for an eviction that was cancelled, before that or while another call finishes it, the next eviction
    /// throws at its own end; a batch that finishes it does not.
    /// </remarks>
    /// <param name="cancellationToken">
    /// Stops between two slices. What was dead stays dead, and the next eviction, or a batch that finds the table full, reclaims it.
    /// </param>
    /// <returns>How many rows this call removed; those that were written again before their slice came are not among them.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    /// <exception cref="InvalidOperationException">The table owns a range: the coordinator evicts; nothing changed.</exception>
    public long Evict(CancellationToken cancellationToken = default)
    {
        Part?.RefuseToEvictAlone();
        return _expiring.Evict(cancellationToken);
    }

    /// <inheritdoc cref="ExpiryEviction.Begin(CancellationToken)" />
    internal ExpiryPass? BeginPass(CancellationToken cancellationToken = default) => _expiring.Begin(cancellationToken);

    /// <inheritdoc cref="ExpiryEviction.Reclaim" />
    internal long Reclaim(ExpiryPass pass, CancellationToken cancellationToken) => _expiring.Reclaim(pass, cancellationToken);

    /// <summary>Reclaims a few rows of one stripe.</summary>
    /// <returns>How many were removed.</returns>
    internal int ReclaimSlice(int stripe, int rows)
    {
        var removed = 0;
        _stripes.InLock(_stripes[stripe], locked => removed = locked.Pass.Reclaim(rows));
        return removed;
    }
}
