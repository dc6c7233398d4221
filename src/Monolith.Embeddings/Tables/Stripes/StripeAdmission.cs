using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// How ids get rows in a stripe: where there is room, and the filter admits them. If this throws, the stripe is unchanged. The stripe's
/// lock covers it.
/// </summary>
internal sealed class StripeAdmission(
    StripeRows rows, StripeCut cut, StripeFilter filter, StripeHistory history, StripePass pass, TableRules rules)
{
    /// <summary>Asks the filter for an id without a row, and creates the row if it is admitted and there is room.</summary>
    /// <param name="request">The id.</param>
    /// <param name="firstValues">What the row begins with, [dimension]; empty where the initializers say it.</param>
    /// <param name="reservation">The room of new rows.</param>
    /// <param name="view">The rows of the stripe, which move when it grows.</param>
    /// <param name="row">The new row.</param>
    public bool TryAdmit(
        in AdmissionRequest request, ReadOnlySpan<float> firstValues, BatchReservation reservation, ref RowView view, out Row row)
    {
        row = default;
        RequireMixed(request.Id, request.MixedId);
        pass.ReclaimFor(request.Id, request.MixedId, ref view);
        // The row's room comes first: a full table counts nothing.
        if (!TryTakeRow(reservation)) return false;
        var isCreated = false;
        var pending = filter.Pending;
        try
        {
            // Before the filter is asked, because it counts this request.
            var occurrences = request.Count + CountedSoFar(request.Id);
            if (!IsAdmitted(in request, reservation)) return false;
            var birth = new RowBirth { Id = request.Id, Step = request.Step, Occurrences = occurrences };
            row = rows.PrepareNext();
            var refusal = rules.Initialize(row, request.MixedId, in birth, firstValues);
            isCreated = TryAppend(row, refusal, request.Id, request.MixedId, request.EventSeconds, (uint)request.Count);
            view = pass.View;
            if (isCreated) filter.Drop(request.Id);
        }
        finally
        {
            if (!isCreated) reservation.ReturnRow();
            reservation.Counted(filter.Pending - pending);
        }
        return isCreated;
    }

    /// <summary>
    /// Creates a row of values for any id; false, and counted, where there is no room, or where the values don't fit the precision of rows.
    /// </summary>
    /// <exception cref="OutOfMemoryException">There is no memory to grow; nothing changed.</exception>
    public bool TryCreate(long id, ulong hash, uint eventTime, ReadOnlySpan<float> values, BatchReservation reservation, ref RowView view)
    {
        RequireMixed(id, hash);
        pass.ReclaimFor(id, hash, ref view);
        if (!TryTakeRow(reservation)) return false;
        var isCreated = false;
        var pending = filter.Pending;
        try
        {
            var row = rows.PrepareNext();
            isCreated = TryAppend(row, rules.Assign(row, values), id, hash, eventTime, 0);
            view = pass.View;
            if (isCreated) filter.Drop(id);
        }
        finally
        {
            if (!isCreated) reservation.ReturnRow();
            reservation.Counted(filter.Pending - pending);
        }
        return isCreated;
    }

    /// <summary>
    /// Refuses an id that is not the one that was mixed. A caller's span may change between the moment at which its ids were mixed and
    /// grouped by stripe and the one at which this id was read. A row under a key that is not the one it was placed by would never be
    /// found, and no snapshot that holds it could be restored.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is another one.</exception>
    public void RequireMixed(long id, ulong hash)
    {
        if (rows.HashOf(id) != hash) ThrowChanged(id);
    }

    private static void ThrowChanged(long id) => throw new InvalidOperationException(
        $"The ids changed while the batch ran: id {id} stands where another one stood when the ids were read first. "
        + "Leave the spans as they are until the call has returned.");

    private bool TryTakeRow(BatchReservation reservation)
    {
        if (reservation.TryTakeRow()) return true;
        history.Counters.Refused++;
        return false;
    }

    private bool IsAdmitted(in AdmissionRequest request, BatchReservation reservation)
    {
        // The room for a counted id is there before the filter is asked: a count cannot be taken back. An id that is counted already needs
        // none.
        if (filter.MayCount(request.Id, reservation)) return filter.Admit(in request);
        history.Counters.Refused++;
        return false;
    }

    private long CountedSoFar(long id) => rules.UsesOccurrences && filter.Explain(id) is { } progress ? progress.Occurrences : 0;

    // Everything that can fail comes first, a plug-in's code included: the row is written after the last one before it counts.
    private bool TryAppend(Row row, RefusalCause refusal, long id, ulong hash, uint eventTime, uint occurrences)
    {
        if (refusal != RefusalCause.None)
        {
            history.Refuse(refusal, RefusalKind.NonFiniteValue, id);
            return false;
        }
        rules.Track(row, occurrences, eventTime);
        var handle = rows.Append(id, hash);
        row.LastUpdate = eventTime;
        row.Stamp = cut.Stamp;
        rows.Marks.Mark(handle);
        history.Counters.Created++;
        return true;
    }
}
