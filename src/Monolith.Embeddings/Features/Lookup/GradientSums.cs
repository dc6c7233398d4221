using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>
/// Sums the gradients of a batch's inputs onto the distinct rows of its tables, shared out by ranges of rows: a row's sum is made by one
/// thread and in the order of the batch, whatever the number of threads. One batch at a time.
/// </summary>
/// <param name="inputs">Where the inputs came from.</param>
/// <param name="tables">Receive the sums.</param>
internal sealed class GradientSums(PooledInputs inputs, TableInput[] tables) : RangeWork
{
    // Every range looks at the places of all ids of its table, so that they should be few.
    private const int LeastRows = 1024, RangesAThread = 2;

    private readonly List<(TableInput Table, int Index, PlaceRange Rows)> _ranges = [];
    private FeatureBatch _batch = null!;
    private FeatureBlocks _gradients = null!;

    /// <summary>Sums the gradients of a batch.</summary>
    public void Sum(FeatureBatch batch, FeatureBlocks gradients, ForkJoin threads)
    {
        (_batch, _gradients) = (batch, gradients);
        var rows = 0L;
        foreach (var table in tables)
        {
            table.BeginGradients();
            rows += table.Ids.Length;
        }
        foreach (var slot in inputs.Slots)
        {
            if (!PooledInputs.IsScattered(batch, slot)) tables[slot.Table].HasBags = true;
        }
        var isShared = threads.Count > 1 && rows >= 2 * LeastRows;
        _ranges.Clear();
        for (var i = 0; i < tables.Length; i++) AddRanges(i, isShared ? RangesAThread * threads.Count : 1);
        if (isShared) threads.Run(this, _ranges.Count, 1);
        else Run(0, _ranges.Count);
    }

    /// <inheritdoc />
    public override void Run(int start, int end)
    {
        for (var i = start; i < end; i++) SumRange(_ranges[i].Table, _ranges[i].Index, _ranges[i].Rows);
    }

    // The gradient of a bag goes to all of its ids: bags are one thread's.
    private void AddRanges(int index, int most)
    {
        var table = tables[index];
        var rows = table.Ids.Length;
        var ranges = table.HasBags ? 1 : Math.Clamp(rows / LeastRows, 1, most);
        for (var i = 0; i < ranges; i++)
            _ranges.Add((table, index, new PlaceRange((int)((long)rows * i / ranges), (int)((long)rows * (i + 1) / ranges))));
    }

    private void SumRange(TableInput table, int index, PlaceRange rows)
    {
        table.ClearGradients(rows);
        foreach (var slot in inputs.Slots)
        {
            if (slot.Table != index) continue;
            if (slot.IsSequence)
            {
                SumSequences(table, slot, rows);
                continue;
            }
            var isPlain = PooledInputs.IsPlain(_batch, slot);
            foreach (var part in inputs.PartsOf(slot))
            {
                var block = _gradients.Block(part.Segment);
                if (!isPlain) SumBags(table, part, block);
                else
                    PlacedVectors.Scatter(
                        block, part.InBlock, inputs.PlacesOf(_batch, slot), table.Counts, table.Gradients, part.InRows,
                        part.Columns.Dimension, rows);
            }
        }
    }

    private void SumBags(TableInput table, SlotPart part, ReadOnlySpan<float> block)
    {
        var (columns, width) = (part.Columns, part.Segment.Width);
        for (var row = 0; row < _batch.Rows; row++)
        {
            var bag = inputs.BagOf(_batch, columns, row);
            BagPooling.Backward(
                columns.Slot.Pooling, in bag, table.Rows, block.Slice(row * width + columns.Start, columns.Width), table.Gradients);
        }
    }

    // Without bags each id of the batch is one vector of a block, so that one that occurs once is set.
    private void SumSequences(TableInput table, FeatureSlot slot, PlaceRange rows)
    {
        var places = inputs.PlacesOf(_batch, slot);
        var counts = table.HasBags ? default : table.Counts;
        foreach (var part in inputs.SequencesOf(slot))
        {
            var block = _gradients.Sequence(part.Sequence);
            var width = part.Sequence.Width;
            for (var row = 0; row < _batch.Rows; row++)
            {
                var steps = new SequenceRow(_batch, slot, places, row);
                part.Backward(block.Slice(row * width, width), steps.Places, steps.Weights, counts, table.Gradients, rows);
            }
        }
    }
}
