using Monolith.Embeddings.Features.Lookup;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Between tables and a model: makes the ids of a batch unique once a table, gathers their rows, pools them into the model's input, and sums the
/// input's gradient back onto the unique ids. Sums run in the order of the batch, so that equal batches give equal bits.
/// </summary>
/// <remarks>Holds the buffers of one batch at a time; not thread-safe. Several layers may share the tables.</remarks>
public sealed class EmbeddingLayer
{
    private readonly TableInput[] _tables;
    private readonly PooledInputs _inputs;
    private FeatureBatch? _batch;
    private int _version;

    /// <summary>Creates a layer.</summary>
    /// <param name="tables">Tables that were made of <paramref name="schema"/>.</param>
    /// <param name="schema">The schema of the batches.</param>
    /// <param name="allocator">Supplies the memory of <see cref="Inputs"/>; pinned arrays where null.</param>
    /// <exception cref="ArgumentException">The tables were made of another schema.</exception>
    /// <exception cref="NotSupportedException">The schema has slots that are not pooled (<see cref="Pooling.None"/>).</exception>
    public EmbeddingLayer(EmbeddingTableSet tables, FeatureSchema schema, BlockAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(schema);
        if (!ReferenceEquals(tables.Schema, schema)) throw new ArgumentException("The tables were made of another schema.", nameof(tables));
        _tables = [.. tables.Tables.Select((table, i) => new TableInput(table, schema.Tables[i]))];
        _inputs = new PooledInputs(schema, _tables, allocator);
    }

    /// <summary>The model's input of the last batch; belongs to the layer, and is written again by the next lookup.</summary>
    public FeatureBlocks Inputs => _inputs.Blocks;

    /// <summary>How many unique ids the last batch has, of all tables: as many rows at most are updated.</summary>
    internal long UniqueIds
    {
        get
        {
            var ids = 0L;
            foreach (var table in _tables) ids += table.Ids.Length;
            return ids;
        }
    }

    /// <summary>Fills <see cref="Inputs"/> for a prediction. Changes no table; ids without a row count with zeros.</summary>
    /// <param name="batch">Any number of rows; not changed until the gradients are applied.</param>
    public void Lookup(FeatureBatch batch)
    {
        Collect(batch);
        foreach (var table in _tables) table.Lookup();
        _inputs.Pool(batch);
    }

    /// <summary>Fills <see cref="Inputs"/> for learning: ids without a row are counted, and get one if they are admitted.</summary>
    /// <param name="batch">Any number of rows; not changed until the gradients are applied.</param>
    /// <param name="eventTime">When the examples happened, in seconds since the Unix epoch.</param>
    /// <param name="step">The global step, from 0.</param>
    public void LookupOrAdmit(FeatureBatch batch, uint eventTime, long step)
    {
        Collect(batch);
        foreach (var table in _tables) table.LookupOrAdmit(eventTime, step);
        _inputs.Pool(batch);
    }

    /// <summary>Lets the rows of the last batch learn. Gradients of ids without a row are dropped and counted by their table.</summary>
    /// <param name="gradients">The gradient of <see cref="Inputs"/>, for the summed loss.</param>
    /// <param name="eventTime">When the examples happened, in seconds since the Unix epoch.</param>
    /// <param name="step">The global step, from 0.</param>
    /// <exception cref="InvalidOperationException">No batch was looked up, or it was written to since; no row changed.</exception>
    /// <exception cref="ArgumentException">The gradients are not of the shape of <see cref="Inputs"/>.</exception>
    public void ApplyGradients(FeatureBlocks gradients, uint eventTime, long step)
    {
        SumGradients(gradients);
        ApplySummedGradients(eventTime, step);
    }

    /// <summary>Sums gradients of <see cref="Inputs"/> onto the unique ids.</summary>
    internal void SumGradients(FeatureBlocks gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        var batch = _batch ?? throw new InvalidOperationException("There is no batch to learn from: look one up first.");
        if (batch.Version != _version)
        {
            throw new InvalidOperationException(
                "The batch was written to after it was looked up, so that the gradients belong to other ids. "
                + "Apply them first, and then use the batch again.");
        }
        if (gradients.Rows != Inputs.Rows || !ReferenceEquals(gradients.Layout, Inputs.Layout))
            throw new ArgumentException($"The gradients have {gradients.Rows} rows, the inputs {Inputs.Rows}; both need the schema's layout.", nameof(gradients));
        foreach (var table in _tables) table.ClearGradients();
        foreach (var segment in _inputs.Segments)
        {
            foreach (var columns in _inputs.ColumnsOf(segment)) Scatter(batch, columns, gradients.Block(segment), segment.Width);
        }
    }

    /// <summary>The sum of the squares of what <see cref="SumGradients"/> made, over all tables.</summary>
    internal double SquaredGradientNorm()
    {
        var sum = 0.0;
        foreach (var table in _tables) sum += table.SquaredGradientNorm();
        return sum;
    }

    internal void ScaleSummedGradients(double factor)
    {
        foreach (var table in _tables) table.ScaleGradients(factor);
    }

    internal void ApplySummedGradients(uint eventTime, long step)
    {
        foreach (var table in _tables) table.ApplyGradients(eventTime, step);
    }

    private void Collect(FeatureBatch batch)
    {
        _inputs.Collect(batch);
        (_batch, _version) = (batch, batch.Version);
    }

    private void Scatter(FeatureBatch batch, SegmentColumns columns, ReadOnlySpan<float> block, int width)
    {
        var table = _tables[columns.Slot.Table];
        for (var row = 0; row < batch.Rows; row++)
        {
            var bag = _inputs.BagOf(batch, columns, row);
            BagPooling.Backward(
                columns.Slot.Pooling, in bag, table.Rows, block.Slice(row * width + columns.Start, columns.Width), table.Gradients);
        }
    }
}
