using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private const int PassShare = 64;
    private const int MostPassRows = 1 << 26;

    /// <summary>How many rows a pass removes: one in 64 of those that fit.</summary>
    private int PassRows => (int)Math.Clamp((Count + _room.Rows.Free) / PassShare, 1, MostPassRows);

    /// <summary>Evicts until so many rows are reserved; gives up where the table has no row of its own left, because others of the set have them all.</summary>
    private void EvictForRoom(int rows, RowGrant grant)
    {
        _passes.EnterExclusive();
        try
        {
            // Whoever held the gate before may have made the room.
            while (!grant.TryReserveRows(rows) && Count > 0)
            {
                if (!ReclaimAll()) EvictWorst();
            }
        }
        finally
        {
            _passes.ExitExclusive();
        }
    }

    /// <summary>One pass: finds the rows of the lowest ranks in the whole table, and removes them.</summary>
    private void EvictWorst()
    {
        try
        {
            using var worst = new WorstRows(PassRows, _room.Account);
            var slice = new CollectSlice(_eviction!, worst);
            ForEachSlice(ref slice);
            var ids = worst.SelectIds();
            EvictWorst(ids, worst.Bound, Now());
        }
        catch (Exception cause) when (cause is not ObjectDisposedException and not BatchInterruptedException)
        {
            throw new BatchInterruptedException(Name, 0, 0, cause);
        }
    }

    private readonly struct CollectSlice(EvictionPolicy policy, WorstRows worst) : IStripeSlice
    {
        public void Visit(Stripe stripe, int most, ref int cursor) => stripe.CollectWorst(policy, worst, most, ref cursor);

        public void Rest()
        {
            if (worst.IsFull) worst.Select();
        }
    }

    private void EvictWorst(ReadOnlySpan<long> ids, RowRank bound, ExpiryTime now)
    {
        var verb = new EvictVerb(_eviction!, ids, bound, now);
        for (; verb.Start < ids.Length; verb.Start += MostSliceRows)
            ForEach(ids.Slice(verb.Start, Math.Min(MostSliceRows, ids.Length - verb.Start)), RowLayout.HeaderBytes, ref verb);
    }

    private ref struct EvictVerb(EvictionPolicy policy, ReadOnlySpan<long> ids, RowRank bound, ExpiryTime now) : IStripeVerb
    {
        private readonly ReadOnlySpan<long> _ids = ids;
        private readonly RowRank _bound = bound;
        private readonly ExpiryTime _now = now;

        /// <summary>Where the slice begins.</summary>
        public int Start { get; set; }

        public readonly void Process(Stripe stripe, ref RowView rows, int position, ulong hash, int guess) =>
            stripe.TryEvict(_ids[Start + position], hash, policy, _bound, in _now);

        public readonly void EndBlock(Stripe stripe)
        {
        }

        public readonly void Leave(Stripe stripe, int ids)
        {
        }
    }
}
