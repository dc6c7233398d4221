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
        return LookupOrAdmit(ids, counts, output, default, eventTime, step);
    }

    /// <summary>
    /// Reads rows for training as <see cref="LookupOrAdmit(ReadOnlySpan{long}, ReadOnlySpan{int}, Span{float}, DateTimeOffset, long)"/>
    /// does, where some of the rows that it creates begin with given weights, such as those of another row. These are rounded to the
    /// precision of the rows, and the optimizer state is that of a new row. Weights that a row cannot hold are left to the initializers.
    /// </summary>
    /// <param name="ids">Any ids, [n]; of a repeated one the first place counts.</param>
    /// <param name="counts">How often each id occurs in the examples, [n], at least 1; empty where each occurs once.</param>
    /// <param name="output">Receives the weights, [n, <see cref="Dimension"/>].</param>
    /// <param name="firstValues">First weights, [m, <see cref="Dimension"/>], finite.</param>
    /// <param name="firstValueOf">
    /// Which of them each id's row begins with if it is created, [n]: 0 to m - 1, or <see cref="TableBatch.NoFirstValue"/>. Empty where
    /// none has any.
    /// </param>
    /// <param name="eventTime">When the examples happened, as above.</param>
    /// <param name="step">The trainer's global step, from 0.</param>
    /// <inheritdoc cref="LookupOrAdmit(ReadOnlySpan{long}, ReadOnlySpan{int}, Span{float}, DateTimeOffset, long)" path="/returns" />
    /// <inheritdoc cref="LookupOrAdmit(ReadOnlySpan{long}, ReadOnlySpan{int}, Span{float}, DateTimeOffset, long)" path="/exception" />
    public int LookupOrAdmit(
        ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, Span<float> output, ReadOnlySpan<float> firstValues,
        ReadOnlySpan<int> firstValueOf, DateTimeOffset eventTime, long step = 0)
    {
        RequireRows(ids.Length, output.Length, nameof(output));
        BatchArguments.RequireCounts(Name, ids.Length, counts);
        FirstValues.Require(Name, Dimension, ids.Length, firstValues, firstValueOf);
        RequireApart(ids, counts, output);
        Overlap.Refuse(firstValues, output, nameof(firstValues), nameof(output));
        Overlap.Refuse(firstValueOf, output, nameof(firstValueOf), nameof(output));
        return LookupOrAdmit(ids, counts, output, new FirstValues(Dimension, firstValues, firstValueOf), eventTime, step);
    }

    /// <summary>
    /// Reads quantized rows for training, and beside them as they are stored. For tables that have <see cref="ReadsOtherThanStored"/>.
    /// </summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="counts">How often each id occurs, [n].</param>
    /// <param name="output">Receives the weights as a replica would read them, [n, <see cref="Dimension"/>].</param>
    /// <param name="stored">Receives the weights as they are stored, [n, <see cref="Dimension"/>].</param>
    /// <param name="firstValues">What new rows begin with.</param>
    /// <param name="eventTime">When the examples happened.</param>
    /// <param name="step">The trainer's global step.</param>
    internal int LookupOrAdmitWithStored(
        ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, Span<float> output, Span<float> stored, FirstValues firstValues,
        DateTimeOffset eventTime, long step)
    {
        RequireRows(ids.Length, output.Length, nameof(output));
        RequireRows(ids.Length, stored.Length, nameof(stored));
        BatchArguments.RequireCounts(Name, ids.Length, counts);
        var seconds = _clock.Advance(EventSeconds.Of(eventTime));
        // Ids without a row are not read.
        stored.Clear();
        return LookupOrAdmit(ids, counts, output, firstValues, seconds, step, new StoredAndQuantizedWeights(_rules, stored));
    }

    /// <summary>Whether training reads differ from the stored weights, and an optimizer asks for those.</summary>
    internal bool ReadsOtherThanStored => _rules.IsFakeQuantized && _rules.UsesWeightsAtRead;

    private static void RequireApart(ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, ReadOnlySpan<float> output)
    {
        Overlap.Refuse(ids, output, nameof(ids), nameof(output));
        Overlap.Refuse(counts, output, nameof(counts), nameof(output));
    }

    // What was asked for can be done.
    private int LookupOrAdmit(
        ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, Span<float> output, FirstValues firstValues, DateTimeOffset eventTime, long step)
    {
        var seconds = _clock.Advance(EventSeconds.Of(eventTime));
        if (_rules.IsFakeQuantized)
            return LookupOrAdmit(ids, counts, output, firstValues, seconds, step, new QuantizedWeights(_rules));
        if (!_rules.Layout.HasPlainWeights)
            return LookupOrAdmit(ids, counts, output, firstValues, seconds, step, new PackedWeights(_rules.Layout));
        return LookupOrAdmit(ids, counts, output, firstValues, seconds, step, default(PlainWeights));
    }

    private int LookupOrAdmit<TReader>(
        ReadOnlySpan<long> ids, ReadOnlySpan<int> counts, Span<float> output, FirstValues firstValues, uint eventTime, long step,
        TReader reader)
        where TReader : struct, IWeightReader, allows ref struct
    {
        using var reservation = BatchReservation.Rent(_resources, asksFilter: true);
        var verb = new LookupOrAdmitVerb<TReader>(Dimension, ids, counts, output, eventTime, step, reservation, reader, firstValues, []);
        _admitting.Run(ids, WeightBytes, ref verb, reservation);
        return verb.Found;
    }
}
