using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Rows that are made of parts of another table's.</summary>
internal sealed partial class TableRules
{
    /// <summary>Makes a row of parts of another table's; what is not taken begins as in a new row.</summary>
    /// <param name="row">Receives the numbers.</param>
    /// <param name="id">Its id.</param>
    /// <param name="floats">The other table's row in full precision, weights and states; states only where they are taken.</param>
    /// <param name="source">What of it is taken.</param>
    /// <returns>Why the table cannot hold the row.</returns>
    public RefusalCause Compose(Row row, long id, ReadOnlySpan<float> floats, RowSource source)
    {
        using var scratch = RowScratch.Rent(Layout);
        var (hash, birth) = (KeyMixer.Mix(unchecked((ulong)id)) & HashMask, new RowBirth { Id = id, Step = 0, Occurrences = 0 });
        for (var i = 0; i < _segments.Length; i++)
        {
            var origin = source.Segments[i];
            if (origin.IsNew || origin.Elements is not null) _segments[i].InitializeWeights(scratch.Row, hash);
            if (origin.IsNew) continue;
            if (origin.Elements is { } elements)
                ElementCopy.Take(WeightsOf(floats, source, i), elements, scratch.Row.Weights(in Layout.Segments[i]));
            else WeightsOf(floats, source, i).CopyTo(scratch.Row.Weights(in Layout.Segments[i]));
        }
        if (!scratch.TryRoundWeights()) return RefusalCause.Precision;
        for (var i = 0; i < _segments.Length; i++)
        {
            if (source.Segments[i].IsNew) _segments[i].Begin(scratch.Row, in birth);
            else if (!source.Segments[i].WithState) _segments[i].InitializeState(scratch.Row);
            else if (source.Segments[i].Elements is { } elements)
            {
                _segments[i].InitializeState(scratch.Row);
                ElementCopy.TakeState(
                    StateOf(floats, source, i), WeightsOf(floats, source, i).Length, elements, _segments[i].StatesPerWeight,
                    scratch.Row.State(in Layout.Segments[i]));
            }
            else StateOf(floats, source, i).CopyTo(scratch.Row.State(in Layout.Segments[i]));
        }
        return Store(scratch, row, key: null);
    }

    /// <summary>What the optimizer of a segment says of its state.</summary>
    /// <param name="segment">The segment, by its place.</param>
    public int StatesPerWeight(int segment) => _segments[segment].StatesPerWeight;

    private static ReadOnlySpan<float> WeightsOf(ReadOnlySpan<float> floats, RowSource source, int segment)
    {
        ref readonly var from = ref source.Layout.Segments[source.Segments[segment].Segment];
        return floats.Slice(from.WeightOffset, from.Dimension);
    }

    private static ReadOnlySpan<float> StateOf(ReadOnlySpan<float> floats, RowSource source, int segment)
    {
        ref readonly var from = ref source.Layout.Segments[source.Segments[segment].Segment];
        return floats.Slice(from.StateOffset, from.StateLength);
    }
}
