using System.Runtime.CompilerServices;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>
/// Reads rows before their batch's turn; zeros where an id has none. It keeps where the rows are, and counts as looked up the ids that have
/// one: the others are looked up, and counted, at their turn.
/// </summary>
/// <param name="dimension">The weights of a row.</param>
/// <param name="ids">The ids, [n].</param>
/// <param name="output">Receives the weights, [n, dimension].</param>
/// <param name="hasRow">Receives which ids have a row, [n].</param>
/// <param name="reader">How weights are read.</param>
internal ref struct ReadAheadVerb<TReader>(
    int dimension, ReadOnlySpan<long> ids, Span<float> output, Span<bool> hasRow, TReader reader) : IStripeVerb
    where TReader : struct, IWeightReader, allows ref struct
{
    private readonly TReader _reader = reader;
    private readonly ReadOnlySpan<long> _ids = ids;
    private readonly Span<float> _output = output;
    private readonly Span<bool> _hasRow = hasRow;
    private readonly int _dimension = dimension;
    private LookupCount _count;
    private int _foundBefore;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess)
    {
        var id = _ids[position];
        var destination = _output.Slice(position * _dimension, _dimension);
        var isFound = stripe.TryFind(in view, id, hash, guess, out var row, out var handle);
        _hasRow[position] = isFound;
        if (!isFound)
        {
            guess = CuckooIndex.NotFound;
            FloatCopy.Clear(destination);
            return;
        }
        if (LookupSamples.IsSampled(hash)) stripe.History.Sample(id);
        guess = handle;
        _reader.Read(row, position, destination);
        _count.Found++;
    }

    public readonly void EndBlock(Stripe stripe)
    {
    }

    public void Leave(Stripe stripe, int ids)
    {
        var found = _count.Found - _foundBefore;
        _foundBefore = _count.Found;
        _count.Leave(stripe, found);
    }
}
