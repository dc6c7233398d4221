using System.Runtime.CompilerServices;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>Sets rows, or adds to them; an id without a row gets one of the values.</summary>
/// <param name="rules">The table's rules.</param>
/// <param name="ids">The ids, [n].</param>
/// <param name="values">The weights, [n, dimension].</param>
/// <param name="eventTimesMilliseconds">The time of each, in milliseconds, [n]; empty where all have one.</param>
/// <param name="oneTime">That one, in seconds.</param>
/// <param name="isAdded">Whether the values are added.</param>
/// <param name="reservation">The room of new rows.</param>
internal ref struct AssignVerb(
    TableRules rules, ReadOnlySpan<long> ids, ReadOnlySpan<float> values, ReadOnlySpan<long> eventTimesMilliseconds, uint oneTime,
    bool isAdded, BatchReservation reservation) : IStripeVerb
{
    private readonly ReadOnlySpan<long> _ids = ids;
    private readonly ReadOnlySpan<float> _values = values;
    private readonly ReadOnlySpan<long> _eventTimesMilliseconds = eventTimesMilliseconds;
    private readonly int _dimension = rules.Layout.Dimension;

    public int Written { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess)
    {
        var id = _ids[position];
        var eventTime = _eventTimesMilliseconds.IsEmpty ? oneTime : EventSeconds.OfMilliseconds(_eventTimesMilliseconds[position]);
        var values = _values.Slice(position * _dimension, _dimension);
        if (!stripe.TryFind(in view, id, hash, guess, out var row, out var handle))
        {
            if (stripe.Admission.TryCreate(id, hash, eventTime, values, reservation, ref view)) Written++;
            return;
        }
        stripe.BeforeWrite(row, handle);
        var refusal = isAdded ? rules.Add(row, values) : rules.Assign(row, values);
        if (refusal != RefusalCause.None)
        {
            stripe.History.Refuse(refusal, RefusalKind.NonFiniteValue, id);
            return;
        }
        rules.Touch(row, 0, eventTime, stripe.Cut.Stamp);
        stripe.AfterWrite(handle);
        Written++;
    }

    public readonly void EndBlock(Stripe stripe)
    {
    }

    public readonly void Leave(Stripe stripe, int ids)
    {
    }
}
