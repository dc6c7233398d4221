using System.Runtime.CompilerServices;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>Reads rows, and creates those of admitted ids; zeros where an id has none.</summary>
/// <param name="dimension">The weights of a row.</param>
/// <param name="ids">The ids, [n].</param>
/// <param name="counts">How often each occurs, [n]; empty where each occurs once.</param>
/// <param name="output">Receives the weights, [n, dimension].</param>
/// <param name="eventTime">When.</param>
/// <param name="step">The trainer's global step.</param>
/// <param name="reservation">The room of new rows.</param>
/// <param name="reader">How weights are read.</param>
/// <param name="firstValues">What new rows begin with.</param>
/// <param name="hadRow">Receives which ids had a row before, [n]; empty where that is not asked.</param>
internal ref struct LookupOrAdmitVerb<TReader>(
    int dimension, ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, Span<float> output, uint eventTime, long step,
    BatchReservation reservation,
    TReader reader, FirstValues firstValues, Span<bool> hadRow) : IStripeVerb
    where TReader : struct, IWeightReader, allows ref struct
{
    private readonly ReadOnlySpan<long> _ids = ids;
    private readonly ReadOnlySpan<int> _counts = counts;
    private readonly Span<float> _output = output;
    private readonly TReader _reader = reader;
    private readonly FirstValues _firstValues = firstValues;
    private readonly Span<bool> _hadRow = hadRow;
    private readonly int _dimension = dimension;
    private LookupCount _hits;

    /// <summary>How many ids have a row now.</summary>
    public int Found { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess)
    {
        var id = _ids[position];
        var destination = _output.Slice(position * _dimension, _dimension);
        if (LookupSamples.IsSampled(hash)) stripe.History.Sample(id);
        var hadRow = stripe.TryFind(in view, id, hash, guess, out var row, out var handle);
        if (!_hadRow.IsEmpty) _hadRow[position] = hadRow;
        if (hadRow) _hits.Found++;
        else if (TryAdmit(stripe, ref view, id, hash, position, out row)) handle = stripe.Rows.Count - 1;
        else
        {
            guess = CuckooIndex.NotFound;
            FloatCopy.Clear(destination);
            return;
        }
        guess = handle;
        _reader.Read(row, position, destination);
        Found++;
    }

    public readonly void EndBlock(Stripe stripe)
    {
    }

    public void Leave(Stripe stripe, int ids) => _hits.Leave(stripe, ids);

    private readonly bool TryAdmit(Stripe stripe, ref RowView view, long id, ulong hash, int position, out Row row)
    {
        var count = BatchArguments.ValidCountAt(_counts, position);
        var request = new AdmissionRequest(id, hash, count, eventTime, step);
        return stripe.Admission.TryAdmit(in request, _firstValues.At(position), reservation, ref view, out row);
    }
}
