using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>Reads rows; zeros where an id has none.</summary>
/// <param name="dimension">The weights of a row.</param>
/// <param name="ids">The ids, [n].</param>
/// <param name="output">Receives the weights, [n, dimension].</param>
/// <param name="reader">How weights are read.</param>
internal ref struct LookupVerb<TReader>(int dimension, ReadOnlySpan<long> ids, Span<float> output, TReader reader) : IStripeVerb
    where TReader : struct, IWeightReader, allows ref struct
{
    private readonly TReader _reader = reader;
    private readonly ReadOnlySpan<long> _ids = ids;
    private readonly Span<float> _output = output;
    private readonly int _dimension = dimension;
    private LookupCount _count;

    public readonly int Found => _count.Found;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess)
    {
        var id = _ids[position];
        var destination = _output.Slice(position * _dimension, _dimension);
        if (LookupSamples.IsSampled(hash)) stripe.History.Sample(id);
        if (!stripe.TryFind(in view, id, hash, guess, out var row))
        {
            FloatCopy.Clear(destination);
            return;
        }
        _reader.Read(row, position, destination);
        _count.Found++;
    }

    public readonly void EndBlock(Stripe stripe)
    {
    }

    public void Leave(Stripe stripe, int ids) => _count.Leave(stripe, ids);
}
