using Monolith.Embeddings.Features;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Models;

/// <summary>Checks what a caller passes to a model before anything is changed.</summary>
internal static class ModelArguments
{
    public static void Require(FeatureSchema schema, FeatureBlocks inputs, ReadOnlySpan<float> dense, ReadOnlySpan<float> logits)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!ReferenceEquals(inputs.Layout, schema.Layout))
            throw new ArgumentException("The inputs are laid out by another schema.", nameof(inputs));
        if (dense.Length != (long)inputs.Rows * schema.DenseWidth)
        {
            throw new ArgumentException(
                $"{inputs.Rows} rows of {schema.DenseWidth} dense features are needed; {dense.Length} values were given.", nameof(dense));
        }
        if (logits.Length != (long)inputs.Rows * schema.Tasks.Count)
        {
            throw new ArgumentException(
                $"{schema.Tasks.Count} tasks by {inputs.Rows} rows of logits are needed; there is room for {logits.Length}.", nameof(logits));
        }
        Overlap.Refuse(dense, logits, nameof(dense), nameof(logits));
        RequireApart(inputs, logits, nameof(inputs));
    }

    /// <exception cref="ArgumentException">A block shares memory with the logits.</exception>
    public static void RequireApart(FeatureBlocks blocks, ReadOnlySpan<float> logits, string name)
    {
        // An enumeration of the interface would allocate.
        var segments = blocks.Layout.Segments;
        for (var i = 0; i < segments.Count; i++) Overlap.Refuse(blocks.Block(segments[i]), logits, name, nameof(logits));
    }

    public static void Require(FeatureSchema schema, FeatureBlocks inputs, ExampleBatch examples, FeatureBlocks gradients)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(gradients);
        if (!ReferenceEquals(examples.Schema, schema))
            throw new ArgumentException("The examples belong to another schema.", nameof(examples));
        if (examples.Rows != inputs.Rows)
            throw new ArgumentException($"The inputs have {inputs.Rows} rows, the examples {examples.Rows}.", nameof(examples));
        if (!ReferenceEquals(gradients.Layout, schema.Layout))
            throw new ArgumentException("The gradients are laid out by another schema.", nameof(gradients));
        if (ReferenceEquals(gradients, inputs))
            throw new ArgumentException("The gradients must not be written over the inputs.", nameof(gradients));
    }
}
