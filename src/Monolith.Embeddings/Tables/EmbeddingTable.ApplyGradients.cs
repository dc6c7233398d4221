using System.Numerics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>Lets rows learn: each segment's optimizer applies its part of the gradient, and the row's last update becomes the event time.</summary>
    /// <param name="ids">Any ids, [n]. A repeated id is applied once for each place, in order; sum its gradients first to apply it once.</param>
    /// <param name="gradients">The gradients of the summed loss, [n, <see cref="Dimension"/>].</param>
    /// <param name="counts">How many occurrences each gradient sums, [n], at least 1; empty where each sums one.</param>
    /// <param name="eventTime">When the examples happened, in seconds since the Unix epoch; 0 stands for the newest that the table knows. A
    /// row's last update never goes down.</param>
    /// <param name="step">
    /// The trainer's global step, from 0, higher at each call: the random bits that round numbers of 16 bits are drawn for the id and the step. Calls of one step
    /// would round the same way each time, and small gradients would never move a weight.
    /// </param>
    /// <param name="absent">What becomes of the gradient of an id without a row.</param>
    /// <param name="weightsAtRead">
    /// The rows that the gradients were computed at, [n, <see cref="Dimension"/>], for optimizers that look at them, such as <see cref="DelayCompensation"/>; empty (the
    /// default) where they are not known: then nothing is compensated.
    /// </param>
    /// <returns>
    /// How many gradients were applied. Those that would make a weight or a number of the optimizer's state infinite, or none, are not, nor
    /// are those whose result does not fit the row's precision; they are counted, and their rows stay as they were.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit, a count is less than 1, or a gradient is not finite and the table's policy is to throw; nothing changed.
    /// </exception>
    /// <exception cref="BatchInterruptedException">
    /// Memory ran out, a plug-in threw, or ids or counts changed while they were read; every row is whole.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public unsafe int ApplyGradients(
        ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients, ReadOnlySpan<int> counts, uint eventTime, long step, AbsentIds absent = AbsentIds.Admit,
        ReadOnlySpan<float> weightsAtRead = default)
    {
        RequireRows(ids.Length, gradients.Length, nameof(gradients));
        if (!weightsAtRead.IsEmpty) RequireRows(ids.Length, weightsAtRead.Length, nameof(weightsAtRead));
        if (!_rules.UsesWeightsAtRead) weightsAtRead = [];
        RequireCounts(ids.Length, counts);
        var allFinite = FiniteCheck.AllFinite(gradients);
        if (!allFinite && _nonFiniteGradients == NonFiniteGradients.Throw) ThrowNonFinite(ids, gradients);
        using var repeats = _rules.Layout.IsPlain ? null : IdRepeats.Rent(ids.Length);
        eventTime = Advance(eventTime);
        using var kept = _rules.AppliesRowByRow ? null : KeptBlock.Rent(_rules.Layout);
        using var grant = absent == AbsentIds.Admit ? RowGrant.Rent(_room, asksFilter: true) : null;
        fixed (float* pinned = gradients, pinnedReads = weightsAtRead)
        {
            var verb = new ApplyVerb(this, ids, gradients, pinned, pinnedReads, counts, eventTime, step, grant, repeats, kept,
                allFinite);
            ForEach(ids, RowBytes, ref verb, grant);
            return verb.Applied;
        }
    }

    /// <summary>Lets rows learn without a step, as step 0, and admits absent ids. For tables whose rows hold 32 bits a number.</summary>
    /// <param name="ids">Any ids, [n]; a repeated id is applied once for each place, in order.</param>
    /// <param name="gradients">The gradients of the summed loss, [n, <see cref="Dimension"/>].</param>
    /// <param name="counts">How many occurrences each gradient sums, [n], at least 1; empty where each sums one.</param>
    /// <param name="eventTime">When the examples happened, in seconds since the Unix epoch; 0 stands for the newest that the table knows.</param>
    /// <returns>How many gradients were applied.</returns>
    /// <exception cref="ArgumentException">As of the overload with a step; nothing changed.</exception>
    /// <exception cref="InvalidOperationException">Rows hold numbers of 16 bits, which are rounded by the step; nothing changed.</exception>
    public int ApplyGradients(ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients, ReadOnlySpan<int> counts, uint eventTime)
    {
        if (!_rules.Layout.IsPlain) ThrowNoStep();
        return ApplyGradients(ids, gradients, counts, eventTime, step: 0);
    }

    private void ThrowNoStep() => throw new InvalidOperationException(
        $"Table '{Name}': no step is given, but rows hold numbers of 16 bits, which are rounded by random bits drawn for each step. "
        + "Hand over the trainer's global step, higher at each call.");

    private void ThrowNonFinite(ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients)
    {
        var place = 0;
        while (float.IsFinite(gradients[place])) place++;
        throw new ArgumentException(
            $"Table '{Name}': the gradient of id {ids[place / Dimension]} (position {place / Dimension}, element {place % Dimension}) is {gradients[place]}. "
            + $"Find its cause, or set {nameof(EmbeddingTableOptions.NonFiniteGradients)} to {nameof(NonFiniteGradients.Skip)} to skip and count such gradients.",
            nameof(gradients));
    }

    private unsafe ref struct ApplyVerb(
        EmbeddingTable table, ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients, float* pinnedGradients, float* pinnedReads, ReadOnlySpan<int> counts,
        uint eventTime, long step, RowGrant? grant, IdRepeats? repeats, KeptBlock? kept, bool allFinite) : IStripeVerb
    {
        private readonly TableRules _rules = table._rules;
        private readonly ReadOnlySpan<long> _ids = ids;
        private readonly ReadOnlySpan<float> _gradients = gradients;
        private readonly ReadOnlySpan<int> _counts = counts;
        private readonly int _dimension = table.Dimension;
        private RowUpdates _updates;

        public int Applied { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Process(Stripe stripe, ref RowView rows, int position, ulong hash, int guess)
        {
            var id = _ids[position];
            var gradient = _gradients.Slice(position * _dimension, _dimension);
            if (!allFinite && !FiniteCheck.AllFinite(gradient))
            {
                stripe.Refuse(RefusalKind.NonFiniteGradient, id);
                return;
            }
            var count = CountAt(_counts, position);
            if (count < 1) RefuseCount(stripe, position, count);
            var isThere = stripe.TryFind(in rows, id, hash, guess, out var row, out var handle);
            if (!isThere && !TryAdmit(stripe, ref rows, id, hash, count, out row))
            {
                stripe.Counters.DroppedGradients++;
                return;
            }
            if (isThere) stripe.BeforeWrite(row, handle);
            if (_rules.AppliesRowByRow) ApplyNow(stripe, row, gradient, position, id, count, !isThere);
            else Collect(stripe, row, position, id, count, !isThere);
            if (isThere) stripe.Changed(handle);
        }

        public void EndBlock(Stripe stripe) => ApplyCollected(stripe);

        public readonly void Leave(Stripe stripe, int ids)
        {
        }

        private void RefuseCount(Stripe stripe, int position, int count)
        {
            // What was collected counts as done.
            ApplyCollected(stripe);
            ThrowCountChanged(position, count);
        }

        private bool TryAdmit(Stripe stripe, ref RowView rows, long id, ulong hash, int count, out Row row)
        {
            row = default;
            if (grant is null) return false;
            // A new row may move the others.
            ApplyCollected(stripe);
            return stripe.TryAdmit(new AdmissionRequest { Id = id, MixedId = hash, Count = count, EventTime = eventTime, Step = step },
                grant, ref rows, out row);
        }

        // What the caller gave is pinned as long as the verb runs.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Collect(Stripe stripe, Row row, int position, long id, int count, bool isNew) => _updates.Add(
            row, pinnedGradients + (nint)position * _dimension, id, step, count, ReadAt(position), isNew, stripe.Stamp);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void ApplyCollected(Stripe stripe)
        {
            var count = _updates.Count;
            if (count == 0) return;
            Applied += count;
            var refused = _updates.Apply(_rules, kept!, eventTime);
            if (refused != 0) Refuse(stripe, refused);
        }

        private void Refuse(Stripe stripe, uint refused)
        {
            Applied -= BitOperations.PopCount(refused);
            for (; refused != 0; refused &= refused - 1)
                stripe.Refuse(RefusalKind.NonFiniteUpdate, _updates.IdAt(BitOperations.TrailingZeroCount(refused)));
        }

        private void ApplyNow(Stripe stripe, Row row, ReadOnlySpan<float> gradient, int position, long id, int count, bool isNew)
        {
            var read = ReadAt(position);
            var known = new ReadOnlySpan<float>(read, read is null ? 0 : _dimension);
            var refusal = _rules.Apply(row, gradient, new OptimizerContext(id, step, count, known), repeats?.Next(id) ?? 0);
            if (refusal != RefusalCause.None)
            {
                stripe.Refuse(refusal, RefusalKind.NonFiniteUpdate, id);
                return;
            }
            // A row that was created just now has counted these occurrences.
            _rules.Touch(row, isNew ? 0 : count, eventTime, stripe.Stamp);
            Applied++;
        }

        private readonly float* ReadAt(int position) => pinnedReads is null ? null : pinnedReads + (nint)position * _dimension;
    }
}
