using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// Reads rows for training, in one pass: an id without a row is counted by the admission filter, and if it is admitted, its row is
    /// created and its first values are read, so that a gradient is taken at the value that it will be applied to. An id that is not
    /// admitted reads zeros. Segments of a <see cref="SegmentOptions.FakeQuantization"/> are read as a replica of that format would read
    /// them.
    /// </summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="counts">How often each id occurs in the examples, [n], at least 1; empty where each occurs once.</param>
    /// <param name="output">Receives the weights, [n, <see cref="Dimension"/>].</param>
    /// <param name="eventTime">
    /// When the examples happened, rounded down to whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> stands for the newest that the
    /// table knows.
    /// </param>
    /// <param name="step">The trainer's global step, from 0.</param>
    /// <returns>How many of the ids have a row now, repeated ones counted each time.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit, a count is less than 1, or the output shares memory with the input; nothing changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The time lies before 1970 or after 2106-02-07 06:28:15; nothing changed.
    /// </exception>
    /// <exception cref="BatchInterruptedException">
    /// Memory ran out, a plug-in threw, or ids or counts changed while they were read; every row is whole.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public int LookupOrAdmit(
        ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, Span<float> output, DateTimeOffset eventTime, long step = 0)
    {
        RequireRows(ids.Length, output.Length, nameof(output));
        BatchArguments.RequireCounts(Name, ids.Length, counts);
        RequireApart(ids, counts, output);
        var seconds = _clock.Advance(EventSeconds.Of(eventTime));
        if (_rules.IsFakeQuantized) return LookupOrAdmit(ids, counts, output, seconds, step, new QuantizedWeights(_rules));
        if (!_rules.Layout.HasPlainWeights) return LookupOrAdmit(ids, counts, output, seconds, step, new PackedWeights(_rules.Layout));
        return LookupOrAdmit(ids, counts, output, seconds, step, default(PlainWeights));
    }

    /// <summary>
    /// Reads quantized rows for training, and beside them as they are stored. For tables that have <see cref="ReadsOtherThanStored"/>.
    /// </summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="counts">How often each id occurs, [n].</param>
    /// <param name="output">Receives the weights as a replica would read them, [n, <see cref="Dimension"/>].</param>
    /// <param name="stored">Receives the weights as they are stored, [n, <see cref="Dimension"/>].</param>
    /// <param name="eventTime">When the examples happened.</param>
    /// <param name="step">The trainer's global step.</param>
    internal int LookupOrAdmitWithStored(
        ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, Span<float> output, Span<float> stored, DateTimeOffset eventTime, long step)
    {
        RequireRows(ids.Length, output.Length, nameof(output));
        RequireRows(ids.Length, stored.Length, nameof(stored));
        BatchArguments.RequireCounts(Name, ids.Length, counts);
        var seconds = _clock.Advance(EventSeconds.Of(eventTime));
        // Ids without a row are not read.
        stored.Clear();
        return LookupOrAdmit(ids, counts, output, seconds, step, new StoredAndQuantizedWeights(_rules, stored));
    }

    /// <summary>Whether training reads differ from the stored weights, and an optimizer asks for those.</summary>
    internal bool ReadsOtherThanStored => _rules.IsFakeQuantized && _rules.UsesWeightsAtRead;

    private static void RequireApart(ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, ReadOnlySpan<float> output)
    {
        Overlap.Refuse(ids, output, nameof(ids), nameof(output));
        Overlap.Refuse(counts, output, nameof(counts), nameof(output));
    }

    private int LookupOrAdmit<TReader>(
        ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, Span<float> output, uint eventTime, long step, TReader reader)
        where TReader : struct, IWeightReader, allows ref struct
    {
        using var reservation = BatchReservation.Rent(_resources, asksFilter: true);
        var verb = new LookupOrAdmitVerb<TReader>(Dimension, ids, counts, output, eventTime, step, reservation, reader);
        _admitting.Run(ids, WeightBytes, ref verb, reservation);
        return verb.Found;
    }
}
