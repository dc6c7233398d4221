using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Models;

/// <summary>
/// Rows that hold what all items share, for which a model computes the query of an item slot (<see cref="OnlineModel.ItemQueries"/>).
/// Everything in it belongs to the caller, is valid during the call alone, and is read-only except what says that it receives. All shapes
/// were checked when it was made.
/// </summary>
public readonly ref struct ItemQueryContext
{
    private readonly int _width;

    /// <summary>Creates a context.</summary>
    /// <param name="inputs">The model's input, as an <see cref="EmbeddingLayer"/> fills it from <paramref name="batch"/>.</param>
    /// <param name="batch">The batch, of the same schema and number of rows, without ids in the item's slot.</param>
    /// <param name="item">The slot whose ids are searched, of the same schema.</param>
    /// <param name="queries">Receives the queries, [rows, the dimension of the slot's table].</param>
    /// <param name="constants">Receives the constants, [rows].</param>
    /// <exception cref="ArgumentNullException">Inputs, batch or slot are null.</exception>
    /// <exception cref="ArgumentException">Schemas or shapes do not fit, or memory is shared; the message holds the numbers.</exception>
    public ItemQueryContext(FeatureBlocks inputs, FeatureBatch batch, FeatureSlot item, Span<float> queries, Span<float> constants)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(item);
        _width = ContextChecks.RequireQueries(inputs, batch, item, queries, constants);
        (Inputs, Batch, Item) = (inputs, batch, item);
        Queries = queries;
        Constants = constants;
    }

    /// <summary>The number of rows, each with a query of its own.</summary>
    public int Rows => Inputs.Rows;

    /// <summary>The schema of the batch.</summary>
    public FeatureSchema Schema => Batch.Schema;

    /// <summary>Embeddings and dense features; zeros where the item stands.</summary>
    public FeatureBlocks Inputs { get; }

    /// <summary>The ids, offsets and id weights of each slot.</summary>
    public FeatureBatch Batch { get; }

    /// <summary>The slot whose ids are searched.</summary>
    public FeatureSlot Item { get; }

    /// <summary>
    /// Receives the queries, [<see cref="Rows"/>, dimension], each as a row of the item's table stands: of a table with a bias and a vector
    /// what the bias is multiplied by, and then the vector.
    /// </summary>
    public Span<float> Queries { get; }

    /// <summary>Receives what is added to the dot product, [<see cref="Rows"/>]: 0 where a model has no such part.</summary>
    public Span<float> Constants { get; }

    /// <summary>The query of a row, [dimension].</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public Span<float> Query(int row) => Queries.Slice(row * _width, _width);

    /// <summary>To be called by a model before anything else.</summary>
    /// <param name="model">The model that is to give queries.</param>
    /// <exception cref="ArgumentException">The context is of another schema.</exception>
    /// <exception cref="NotSupportedException">
    /// The model does not give queries, or the schema has sequences, and the model knows pooled slots only.
    /// </exception>
    public void RequireFor(OnlineModel model)
    {
        ContextChecks.RequireModel(model, Batch?.Schema!, null);
        if (!model.SupportsItemQueries) throw model.NoItemQueries();
    }

    /// <summary>Where the item stands in a block; null where its table has no such segment.</summary>
    internal SegmentColumns? Find(SegmentLayout segment)
    {
        for (var i = 0; i < segment.Columns.Count; i++)
        {
            if (segment.Columns[i].Slot.Index == Item.Index) return segment.Columns[i];
        }
        return null;
    }
}
