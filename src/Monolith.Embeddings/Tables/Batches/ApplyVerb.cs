using System.Numerics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>Applies gradients: rows are collected, and each optimizer is asked once a block, or row by row where it may throw.</summary>
/// <param name="rules">The table's rules.</param>
/// <param name="ids">The ids, [n].</param>
/// <param name="gradients">The gradients, [n, dimension].</param>
/// <param name="pinnedGradients">The same, as long as the verb runs.</param>
/// <param name="pinnedReads">The weights that the gradients were computed at, as long as the verb runs; null where they are not
/// known.</param>
/// <param name="counts">How many occurrences each gradient sums, [n]; empty where each sums one.</param>
/// <param name="eventTime">When.</param>
/// <param name="step">The trainer's global step.</param>
/// <param name="reservation">The room of new rows; null where absent ids get none.</param>
/// <param name="repeats">Numbers the places of each id; null where rows are in full precision.</param>
/// <param name="room">Room for the rows of a block; null where rows are updated one by one.</param>
/// <param name="allFinite">Whether all gradients are finite.</param>
internal unsafe ref struct ApplyVerb(
    TableRules rules, ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients, float* pinnedGradients, float* pinnedReads,
    ReadOnlySpan<int> counts, uint eventTime, long step, BatchReservation? reservation, IdRepeats? repeats, KeptBlock? room,
    bool allFinite) : IStripeVerb
{
    private readonly TableRules _rules = rules;
    private readonly ReadOnlySpan<long> _ids = ids;
    private readonly ReadOnlySpan<float> _gradients = gradients;
    private readonly ReadOnlySpan<int> _counts = counts;
    private readonly int _dimension = rules.Layout.Dimension;
    private RowUpdates _updates;

    public int Applied { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Process(Stripe stripe, ref RowView view, int position, ulong hash, ref int guess)
    {
        var id = _ids[position];
        var gradient = _gradients.Slice(position * _dimension, _dimension);
        if (!allFinite && !FiniteCheck.AllFinite(gradient))
        {
            stripe.History.Refuse(RefusalKind.NonFiniteGradient, id);
            return;
        }
        var count = BatchArguments.CountAt(_counts, position);
        if (count < 1) RefuseCount(stripe, position, count);
        var isThere = stripe.TryFind(in view, id, hash, guess, out var row, out var handle);
        if (!isThere && !TryAdmit(stripe, ref view, id, hash, count, out row))
        {
            stripe.History.Counters.DroppedGradients++;
            return;
        }
        if (isThere) stripe.BeforeWrite(row, handle);
        if (_rules.AppliesRowByRow) ApplyNow(stripe, row, gradient, position, id, count, !isThere);
        else
        {
            if (repeats is not null) Number(stripe, row, id);
            Collect(stripe, row, position, id, count, !isThere);
        }
        if (isThere) stripe.AfterWrite(handle);
    }

    public void EndBlock(Stripe stripe) => ApplyCollected(stripe);

    public readonly void Leave(Stripe stripe, int ids)
    {
    }

    private void RefuseCount(Stripe stripe, int position, int count)
    {
        // What was collected counts as done.
        ApplyCollected(stripe);
        BatchArguments.ThrowCountChanged(position, count);
    }

    private bool TryAdmit(Stripe stripe, ref RowView view, long id, ulong hash, int count, out Row row)
    {
        row = default;
        if (reservation is null) return false;
        // A new row may move the others.
        ApplyCollected(stripe);
        var request = new AdmissionRequest(id, hash, count, eventTime, step);
        return stripe.Admission.TryAdmit(in request, [], reservation, ref view, out row);
    }

    // What the caller gave is pinned as long as the verb runs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Collect(Stripe stripe, Row row, int position, long id, int count, bool isNew) => _updates.Add(
        row, pinnedGradients + (nint)position * _dimension, id, step, count, ReadAt(position), isNew, stripe.Cut.Stamp);

    // A block unpacks all its rows first: the step of one that it has begins the next block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Number(Stripe stripe, Row row, long id)
    {
        var occurrence = repeats!.Next(id);
        if (occurrence > 0 && _updates.Contains(row)) ApplyCollected(stripe);
        _updates.Number(occurrence);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ApplyCollected(Stripe stripe)
    {
        var count = _updates.Count;
        if (count == 0) return;
        Applied += count;
        var refused = _updates.Apply(_rules, room!, eventTime);
        if (refused.All != 0) Refuse(stripe, refused);
    }

    private void Refuse(Stripe stripe, RefusedRows refused)
    {
        Applied -= BitOperations.PopCount(refused.All);
        for (var rows = refused.All; rows != 0; rows &= rows - 1)
        {
            var row = BitOperations.TrailingZeroCount(rows);
            stripe.History.Refuse(refused.CauseOf(row), RefusalKind.NonFiniteUpdate, _updates.IdAt(row));
        }
    }

    private void ApplyNow(Stripe stripe, Row row, ReadOnlySpan<float> gradient, int position, long id, int count, bool isNew)
    {
        var read = ReadAt(position);
        var known = new ReadOnlySpan<float>(read, read is null ? 0 : _dimension);
        var refusal = _rules.Apply(row, gradient, new OptimizerContext(id, step, count, known), repeats?.Next(id) ?? 0);
        if (refusal != RefusalCause.None)
        {
            stripe.History.Refuse(refusal, RefusalKind.NonFiniteUpdate, id);
            return;
        }
        // A row that was created just now has counted these occurrences.
        _rules.Touch(row, isNew ? 0 : count, eventTime, stripe.Cut.Stamp);
        Applied++;
    }

    private readonly float* ReadAt(int position) => pinnedReads is null ? null : pinnedReads + (nint)position * _dimension;
}
