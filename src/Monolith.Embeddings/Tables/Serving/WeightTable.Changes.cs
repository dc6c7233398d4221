using System.Buffers;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Tables.Batches;

namespace Monolith.Embeddings.Tables.Serving;

internal sealed partial class WeightTable
{
    /// <summary>Sets rows; each changes at once, and a stripe is held for a few at a time.</summary>
    /// <param name="ids">Any ids, [n]; the last place of a repeated id wins.</param>
    /// <param name="weights">The weights, [n, <see cref="Dimension"/>].</param>
    /// <returns>How many places were written; the others hold weights that the format cannot, and those rows stay as they were.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit; nothing changed.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for more rows; each row is whole, old or new.</exception>
    public int Set(ReadOnlySpan<long> ids, ReadOnlySpan<float> weights)
    {
        RequireRows(ids.Length, weights.Length, nameof(weights));
        var encoded = ArrayPool<byte>.Shared.Rent(IdBlock.MaxCount * _encoding.RowBytes);
        try
        {
            var verb = new SetVerb(this, weights, encoded);
            ForEach(ids, ref verb);
            return verb.Written;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(encoded);
        }
    }

    /// <summary>Removes rows.</summary>
    /// <param name="ids">Any ids.</param>
    /// <returns>How many of them had a row.</returns>
    public int Remove(ReadOnlySpan<long> ids)
    {
        var verb = default(RemoveVerb);
        ForEach(ids, ref verb);
        return verb.Removed;
    }

    /// <summary>
    /// Gives back memory of stripes of which few rows are left, where that is possible: a smaller copy needs room itself.
    /// </summary>
    public void TrimExcess()
    {
        foreach (var stripe in _stripes) TrimExcess(stripe);
    }

    // Each enters by itself: readers of now then need not keep the old rows of all stripes.
    private void TrimExcess(WeightStripe stripe)
    {
        var epoch = _reclaimer.Enter();
        try
        {
            lock (stripe.Lock) stripe.Rows.TrimExcess();
        }
        catch (OutOfMemoryException)
        {
            // Nothing changed, and other stripes may be smaller. The next removals try again.
        }
        finally
        {
            _reclaimer.Exit(epoch);
        }
    }

    private ref struct SetVerb(WeightTable table, ReadOnlySpan<float> weights, byte[] encoded) : IWeightVerb
    {
        private readonly ReadOnlySpan<float> _weights = weights;
        private readonly int _rowBytes = table._encoding.RowBytes;
        private uint _fits;

        public static bool MayBePutOff => false;

        public int Written { get; private set; }

        // Encoding is the longer part of the work, and needs no lock.
        public unsafe void Prepare(StripeGroups groups, in IdBlock block)
        {
            _fits = 0;
            for (var i = 0; i < block.Count; i++)
            {
                var weights = _weights.Slice(groups.Positions[block.Start + i] * table.Dimension, table.Dimension);
                if (table._encoding.TryEncode(weights, encoded.AsSpan(i * _rowBytes, _rowBytes))) _fits |= 1u << i;
            }
        }

        public unsafe void Process(CuckooRows rows, StripeGroups groups, in IdBlock block)
        {
            for (var i = 0; i < block.Count; i++)
            {
                if ((_fits & 1u << i) == 0) continue;
                var (key, guess) = (groups.Hashes[block.Start + i], groups.Guesses[block.Start + i]);
                if (!rows.TryFind(key, guess, out var row)) row = rows.Add(key);
                encoded.AsSpan(i * _rowBytes, _rowBytes).CopyTo(row);
                Written++;
            }
        }
    }

    private struct RemoveVerb : IWeightVerb
    {
        public static bool MayBePutOff => true;

        public int Removed { get; private set; }

        public readonly void Prepare(StripeGroups groups, in IdBlock block)
        {
        }

        public unsafe void Process(CuckooRows rows, StripeGroups groups, in IdBlock block)
        {
            for (var i = block.Start; i < block.Start + block.Count; i++) Removed += rows.Remove(groups.Hashes[i]) ? 1 : 0;
        }
    }
}
