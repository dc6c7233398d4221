using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// Lets rows learn: each segment's optimizer applies its part of the gradient, and the row's last update becomes the event time.
    /// </summary>
    /// <param name="ids">
    /// Any ids, [n]. A repeated id is applied once for each place, in order; sum its gradients first to apply it once.
    /// </param>
    /// <param name="gradients">The gradients of the summed loss, [n, <see cref="Dimension"/>].</param>
    /// <param name="counts">How many occurrences each gradient sums, [n], at least 1; empty where each sums one.</param>
    /// <param name="eventTime">
    /// When the examples happened, rounded down to whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> stands for the newest that the
    /// table knows. A row's last update never goes down.
    /// </param>
    /// <param name="step">
    /// The trainer's global step, from 0, higher at each call: the random bits that round numbers of 16 bits are drawn for the id and the
    /// step. Calls of one step would round the same way each time, and small gradients would never move a weight.
    /// </param>
    /// <param name="absent">What becomes of the gradient of an id without a row.</param>
    /// <param name="weightsAtRead">
    /// The rows that the gradients were computed at, [n, <see cref="Dimension"/>], for optimizers that look at them, such as
    /// <see cref="DelayCompensation"/>; empty (the default) where they are not known: then nothing is compensated.
    /// </param>
    /// <returns>
    /// How many gradients were applied. Those that would make a weight or a number of the optimizer's state infinite, or none, are not, nor
    /// are those whose result does not fit the row's precision; they are counted, and their rows stay as they were.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit, a count is less than 1, or a gradient is not finite and the table's policy is to throw; nothing changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The time lies before 1970 or after 2106-02-07 06:28:15; nothing changed.
    /// </exception>
    /// <exception cref="BatchInterruptedException">
    /// Memory ran out, a plug-in threw, or ids or counts changed while they were read; every row is whole.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public unsafe int ApplyGradients(
        ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients, ReadOnlySpan<int> counts, DateTimeOffset eventTime, long step,
        AbsentIds absent = AbsentIds.Admit, ReadOnlySpan<float> weightsAtRead = default)
    {
        RequireRows(ids.Length, gradients.Length, nameof(gradients));
        if (!weightsAtRead.IsEmpty) RequireRows(ids.Length, weightsAtRead.Length, nameof(weightsAtRead));
        if (!_rules.UsesWeightsAtRead) weightsAtRead = [];
        BatchArguments.RequireCounts(Name, ids.Length, counts);
        var allFinite = FiniteCheck.AllFinite(gradients);
        if (!allFinite && _nonFiniteGradients == NonFiniteGradients.Throw) ThrowNonFinite(ids, gradients);
        var seconds = EventSeconds.Of(eventTime);
        using var repeats = _rules.Layout.IsPlain ? null : IdRepeats.Rent(ids.Length);
        seconds = _clock.Advance(seconds);
        using var room = _rules.AppliesRowByRow ? null : KeptBlock.Rent(_rules.Layout);
        using var reservation = absent == AbsentIds.Admit ? BatchReservation.Rent(_resources, asksFilter: true) : null;
        fixed (float* pinned = gradients, pinnedReads = weightsAtRead)
        {
            var verb = new ApplyVerb(_rules, ids, gradients, pinned, pinnedReads, counts, seconds, step, reservation, repeats, room,
                allFinite);
            if (reservation is null) _runner.Run(ids, RowBytes, ref verb);
            else _admitting.Run(ids, RowBytes, ref verb, reservation);
            return verb.Applied;
        }
    }

    /// <summary>Lets rows learn without a step, as step 0, and admits absent ids. For tables whose rows hold 32 bits a number.</summary>
    /// <param name="ids">Any ids, [n]; a repeated id is applied once for each place, in order.</param>
    /// <param name="gradients">The gradients of the summed loss, [n, <see cref="Dimension"/>].</param>
    /// <param name="counts">How many occurrences each gradient sums, [n], at least 1; empty where each sums one.</param>
    /// <param name="eventTime">
    /// When the examples happened, rounded down to whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> stands for the newest that the
    /// table knows.
    /// </param>
    /// <returns>How many gradients were applied.</returns>
    /// <exception cref="ArgumentException">As of the overload with a step; nothing changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">As of the overload with a step; nothing changed.</exception>
    /// <exception cref="InvalidOperationException">Rows hold numbers of 16 bits, which are rounded by the step; nothing
    /// changed.</exception>
    public int ApplyGradients(ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients, ReadOnlySpan<int> counts, DateTimeOffset eventTime)
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
            $"Table '{Name}': the gradient of id {ids[place / Dimension]} (position {place / Dimension}, element {place % Dimension}) is "
            + $"{gradients[place]}. "
            + $"Find its cause, or set {nameof(EmbeddingTableOptions.NonFiniteGradients)} to {nameof(NonFiniteGradients.Skip)} to skip and "
            + "count such gradients.",
            nameof(gradients));
    }
}
