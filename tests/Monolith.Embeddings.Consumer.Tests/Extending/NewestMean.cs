// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Monolith.Embeddings.Features;

/// <summary>The mean of a sequence's vectors, in which a step weighs half as much as the next newer one; and its gradient.</summary>
public sealed class NewestMean(FeatureSchema schema, FeatureSlot slot)
{
    private readonly SequenceLayout _vectors = schema.Layout.FindSequence(slot, RowBuilder.VectorName)
        ?? throw new ArgumentException("The slot is no sequence, or its table has no vector.", nameof(slot));

    public void Forward(FeatureBlocks inputs, int row, Span<float> mean)
    {
        mean.Clear();
        var length = inputs.Lengths(_vectors)[row];
        for (var step = 0; step < length; step++)
        {
            var vector = StepOf(inputs, row, step);
            for (var i = 0; i < mean.Length; i++) mean[i] += ShareOf(step, length) * vector[i];
        }
    }

    public void Backward(FeatureBlocks inputs, int row, ReadOnlySpan<float> gradient, FeatureBlocks gradients)
    {
        var length = inputs.Lengths(_vectors)[row];
        for (var step = 0; step < length; step++)
        {
            var vector = StepOf(gradients, row, step);
            for (var i = 0; i < vector.Length; i++) vector[i] = ShareOf(step, length) * gradient[i];
        }
    }

    // The newest step stands first, or last: as the schema says.
    private float ShareOf(int step, int length)
    {
        var age = slot.Order == SequenceOrder.NewestFirst ? step : length - 1 - step;
        return MathF.ScaleB(1, -age) / (2 - MathF.ScaleB(1, 1 - length));
    }

    private Span<float> StepOf(FeatureBlocks blocks, int row, int step) =>
        blocks.Sequence(_vectors).Slice(((row * _vectors.MaxLength) + step) * _vectors.Dimension, _vectors.Dimension);
}
// </page>
