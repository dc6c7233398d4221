using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Matrices;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>The interactions of a model with one head: the sum over the elements.</summary>
internal sealed class PlainInteraction(SegmentLayout vector, int dimension) : InteractionPart
{
    public override void Forward(Workspace space, int start, int end)
    {
        var vectors = space.Blocks.Block(vector);
        for (var row = start; row < end; row++)
        {
            var sums = space.FieldSums.AsSpan(row * dimension, dimension);
            space.Logits[row] += FieldInteraction.Forward(vectors.Slice(row * vector.Width, vector.Width), sums);
        }
    }

    public override void Backward(Workspace space, int start, int end)
    {
        var vectors = space.Blocks.Block(vector);
        var gradients = space.Gradients.Block(vector);
        for (var row = start; row < end; row++)
        {
            var gradient = gradients.Slice(row * vector.Width, vector.Width);
            // A row without loss may hold NaN, and 0 times NaN is NaN.
            if (space.Deltas[row] == 0)
            {
                gradient.Clear();
                continue;
            }
            var sums = space.FieldSums.AsSpan(row * dimension, dimension);
            FieldInteraction.Backward(vectors.Slice(row * vector.Width, vector.Width), sums, space.Deltas[row], gradient);
        }
    }

    public override void ItemQuery(Workspace space, int row, int head, Span<float> query) =>
        space.FieldSums.AsSpan(row * dimension, dimension).CopyTo(query);
}
