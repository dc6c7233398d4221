using System.Runtime.CompilerServices;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>Removes rows, and returns their memory once enough are gone. An id that comes again starts anew: first values, fresh optimizer state, and the admission filter's count from 0.</summary>
    /// <param name="ids">Any ids, [n]; ids without a row are ignored.</param>
    /// <returns>How many rows were removed.</returns>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public int Remove(ReadOnlySpan<long> ids)
    {
        var verb = new RemoveVerb(ids, Now());
        ForEach(ids, Rows.RowLayout.HeaderBytes, ref verb);
        return verb.Removed;
    }

    /// <summary>Removes one row.</summary>
    /// <param name="id">Any id.</param>
    /// <returns>Whether it had one.</returns>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public bool Remove(long id) => Remove([id]) == 1;

    /// <summary>Removes all rows and forgets all counted ids.</summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void Clear()
    {
        var now = Now();
        _gate.EnterExclusive();
        try
        {
            foreach (var stripe in _stripes) stripe.Clear(in now);
        }
        finally
        {
            _gate.ExitExclusive();
        }
    }

    private ref struct RemoveVerb(ReadOnlySpan<long> ids, ExpiryTime now) : IStripeVerb
    {
        private readonly ReadOnlySpan<long> _ids = ids;
        private readonly ExpiryTime _now = now;

        public int Removed { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Process(Stripe stripe, ref RowView rows, int position, ulong hash, int guess)
        {
            if (stripe.TryRemove(_ids[position], hash, in _now)) Removed++;
        }

        public void EndBlock(Stripe stripe)
        {
        }

        public void Leave(Stripe stripe, int ids)
        {
        }
    }
}
