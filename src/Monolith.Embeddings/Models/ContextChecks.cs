using Monolith.Embeddings.Features;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Models;

/// <summary>Checks what a caller puts into a context, before a model sees it.</summary>
internal static class ContextChecks
{
    public static void RequireInputs(FeatureBlocks inputs, FeatureBatch batch, ReadOnlySpan<float> logits)
    {
        RequireRows(inputs, batch);
        var tasks = batch.Schema.Tasks.Count;
        if (logits.Length != (long)inputs.Rows * tasks)
        {
            throw new ArgumentException(
                $"{inputs.Rows} rows by {tasks} tasks of logits are needed; there is room for {logits.Length}.", nameof(logits));
        }
        Overlap.Refuse((ReadOnlySpan<float>)inputs.Dense, logits, nameof(inputs), nameof(logits));
        RequireApart(inputs, logits, nameof(inputs));
    }

    /// <returns>The length of a query.</returns>
    public static int RequireQueries(
        FeatureBlocks inputs, FeatureBatch batch, FeatureSlot item, ReadOnlySpan<float> queries, ReadOnlySpan<float> constants)
    {
        RequireRows(inputs, batch);
        batch.Schema.RequireOwn(item);
        if (batch.Ids(item).Length > 0)
            throw new ArgumentException($"Slot '{item.Name}' is to be searched for, and the batch has ids in it.", nameof(batch));
        var width = WidthOf(batch.Schema.Tables[item.Table]);
        if (queries.Length != (long)inputs.Rows * width || constants.Length != inputs.Rows)
        {
            throw new ArgumentException(
                $"{inputs.Rows} queries of {width} and as many constants are needed; there is room for {queries.Length} floats and "
                + $"{constants.Length} constants.", nameof(queries));
        }
        Overlap.Refuse(queries, constants, nameof(queries), nameof(constants));
        return width;
    }

    // Of a whole row. An enumeration of the interface would allocate.
    private static int WidthOf(EmbeddingTableOptions table)
    {
        var width = 0;
        for (var i = 0; i < table.Segments.Count; i++) width += table.Segments[i].Dimension;
        return width;
    }

    private static void RequireRows(FeatureBlocks inputs, FeatureBatch batch)
    {
        if (!inputs.Layout.Matches(batch.Schema.Layout))
        {
            throw new ArgumentException("The inputs are laid out by another schema than the batch's: "
                + $"{inputs.Layout.Schema.DifferencesFrom("the inputs'", batch.Schema, "the batch's")}.", nameof(inputs));
        }
        if (inputs.Use != BlockUse.Input) throw new ArgumentException("These blocks are for gradients, not for inputs.", nameof(inputs));
        if (batch.Rows != inputs.Rows)
            throw new ArgumentException($"The inputs have {inputs.Rows} rows, the batch {batch.Rows}.", nameof(batch));
    }

    public static void RequireGradients(FeatureBlocks inputs, FeatureBlocks gradients, ReadOnlySpan<float> logits)
    {
        if (!gradients.Layout.Matches(inputs.Layout))
        {
            throw new ArgumentException("The gradients are laid out by another schema than the inputs: "
                + $"{gradients.Layout.Schema.DifferencesFrom("the gradients'", inputs.Layout.Schema, "the inputs'")}.", nameof(gradients));
        }
        if (ReferenceEquals(gradients, inputs))
            throw new ArgumentException("The gradients must not be written over the inputs.", nameof(gradients));
        if (gradients.Rows != inputs.Rows)
        {
            throw new ArgumentException(
                $"The gradients have {gradients.Rows} rows, the inputs {inputs.Rows}. Resize the gradients first.", nameof(gradients));
        }
        RequireApart(gradients, logits, nameof(gradients));
    }

    public static void RequireOutputs(ModelOutputBlocks outputs, int rows, ReadOnlySpan<float> logits)
    {
        if (outputs.Rows != rows)
        {
            throw new ArgumentException(
                $"The outputs have {outputs.Rows} rows, the inputs {rows}. Resize the outputs first.", nameof(outputs));
        }
        outputs.RequireApart(logits);
    }

    public static void RequireModel(OnlineModel model, FeatureSchema schema, ModelOutputBlocks? outputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (schema is null) throw new ArgumentException("The context is empty: make one by its constructor.");
        if (!schema.Matches(model.Schema))
        {
            throw new ArgumentException($"The context is of another schema than the model '{model.Name}': "
                + $"{schema.DifferencesFrom("the context's", model.Schema, "the model's")}.");
        }
        if (schema.Layout.Sequences.Count > 0 && !model.SupportsSequences) schema.RequirePooled($"The model '{model.Name}'");
        outputs?.RequireFor(model);
    }

    private static void RequireApart(FeatureBlocks blocks, ReadOnlySpan<float> logits, string name)
    {
        // An enumeration of the interface would allocate.
        var (segments, sequences, slots) = (blocks.Layout.Segments, blocks.Layout.Sequences, blocks.Layout.Schema.Slots);
        for (var i = 0; i < segments.Count; i++)
            Overlap.Refuse((ReadOnlySpan<float>)blocks.Block(segments[i]), logits, name, nameof(logits));
        for (var i = 0; i < sequences.Count; i++)
            Overlap.Refuse((ReadOnlySpan<float>)blocks.Sequence(sequences[i]), logits, name, nameof(logits));
        for (var i = 0; i < slots.Count; i++)
            Overlap.Refuse((ReadOnlySpan<float>)blocks.StepValues(slots[i]), logits, name, nameof(logits));
    }
}
