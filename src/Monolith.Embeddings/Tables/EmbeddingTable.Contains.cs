using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>Says which ids have a row.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="found">Receives the answers, [n].</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans share memory; nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public int Contains(ReadOnlySpan<long> ids, Span<bool> found)
    {
        if (found.Length != ids.Length)
            throw new ArgumentException($"Table '{Name}': {ids.Length} ids need {ids.Length} answers, but there is room for {found.Length}.", nameof(found));
        Overlap.Refuse(ids, found, nameof(ids), nameof(found));
        var verb = new ContainsVerb(ids, found);
        ForEach(ids, Rows.RowLayout.HeaderBytes, ref verb);
        return verb.Found;
    }

    /// <summary>Whether an id has a row.</summary>
    /// <param name="id">Any id.</param>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public bool Contains(long id)
    {
        var found = false;
        Contains([id], new Span<bool>(ref found));
        return found;
    }

    private ref struct ContainsVerb(ReadOnlySpan<long> ids, Span<bool> found) : IStripeVerb
    {
        private readonly ReadOnlySpan<long> _ids = ids;
        private readonly Span<bool> _found = found;

        public int Found { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Process(Stripe stripe, ref RowView rows, int position, ulong hash, int guess)
        {
            var isFound = stripe.TryFind(in rows, _ids[position], hash, guess, out _);
            _found[position] = isFound;
            if (isFound) Found++;
        }

        public void EndBlock(Stripe stripe)
        {
        }

        public void Leave(Stripe stripe, int ids)
        {
        }
    }
}
