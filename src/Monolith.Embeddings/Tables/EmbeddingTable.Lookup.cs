using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>Reads rows. Changes nothing; an id without a row reads zeros.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="output">Receives the weights, [n, <see cref="Dimension"/>].</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, or the spans share memory; nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public int Lookup(ReadOnlySpan<long> ids, Span<float> output)
    {
        RequireRows(ids.Length, output.Length, nameof(output));
        Overlap.Refuse(ids, output, nameof(ids), nameof(output));
        return _rules.Layout.HasPlainWeights ? Lookup(ids, output, default(PlainWeights)) : Lookup(ids, output, new PackedWeights(_rules.Layout));
    }

    /// <summary>Reads one row. The batched overload is far faster for many ids.</summary>
    /// <param name="id">Any id.</param>
    /// <param name="output">Receives the weights, [<see cref="Dimension"/>].</param>
    /// <returns>Whether the id has a row.</returns>
    /// <inheritdoc cref="Lookup(ReadOnlySpan{long}, Span{float})" path="/exception" />
    public bool Lookup(long id, Span<float> output) => Lookup([id], output) == 1;

    // What a row is read by is chosen once a batch.
    private int Lookup<TReader>(ReadOnlySpan<long> ids, Span<float> output, TReader reader)
        where TReader : struct, IWeightReader
    {
        var verb = new LookupVerb<TReader>(this, ids, output, reader);
        ForEach(ids, WeightBytes, ref verb);
        return verb.Found;
    }

    private ref struct LookupVerb<TReader>(EmbeddingTable table, ReadOnlySpan<long> ids, Span<float> output, TReader reader) : IStripeVerb
        where TReader : struct, IWeightReader
    {
        private readonly ReadOnlySpan<long> _ids = ids;
        private readonly Span<float> _output = output;
        private readonly int _dimension = table.Dimension;
        private int _foundBefore;

        public int Found { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Process(Stripe stripe, ref RowView rows, int position, ulong hash, int guess)
        {
            var id = _ids[position];
            var destination = _output.Slice(position * _dimension, _dimension);
            if (LookupSamples.IsSampled(hash)) stripe.Sample(id);
            if (!stripe.TryFind(in rows, id, hash, guess, out var row))
            {
                FloatCopy.Clear(destination);
                return;
            }
            reader.Read(row, position, destination);
            Found++;
        }

        public void EndBlock(Stripe stripe)
        {
        }

        public void Leave(Stripe stripe, int ids)
        {
            stripe.Counters.LookedUp += ids;
            stripe.Counters.Found += Found - _foundBefore;
            _foundBefore = Found;
        }
    }
}
