using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Matrices;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The second-order part of a factorization machine: the sum over all pairs of fields of the dot products of their vectors.
/// </summary>
internal sealed class InteractionPart(SegmentLayout vector, int dimension)
{
    /// <summary>Adds to the logits of some rows.</summary>
    public void Forward(Workspace space, int start, int end)
    {
        var vectors = space.Blocks.Block(vector);
        for (var row = start; row < end; row++)
        {
            var sums = space.FieldSums.AsSpan(row * dimension, dimension);
            space.Logits[row] += FieldInteraction.Forward(vectors.Slice(row * vector.Width, vector.Width), sums);
        }
    }

    /// <summary>Sets the gradients of the vectors.</summary>
    public void Backward(Workspace space, int start, int end)
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
}
