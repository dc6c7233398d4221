using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The second-order part of a factorization machine: the sum over all pairs of fields of the dot products of their vectors; with several
/// heads, of dot products in which each head weighs the elements.
/// </summary>
internal abstract class InteractionPart
{
    /// <summary>What weighs the elements; null with one head, for which the vectors can.</summary>
    public virtual Parameter? Parameter => null;

    /// <summary>Makes the one that fits the number of heads.</summary>
    public static InteractionPart Of(ModelInputs inputs, Optimizer optimizer) =>
        inputs.Heads.Count == 1
            ? new PlainInteraction(inputs.Vector!, inputs.Dimension)
            : new WeightedInteraction(inputs, optimizer);

    /// <summary>Adds to the heads of some rows.</summary>
    public abstract void Forward(Workspace space, int start, int end);

    /// <summary>Sets what a head multiplies the vector of one field more by, beside those of a row.</summary>
    public abstract void ItemQuery(Workspace space, int row, int head, Span<float> query);

    /// <summary>Makes ready for <see cref="Backward"/>; once a batch.</summary>
    public virtual void PrepareBackward()
    {
    }

    /// <summary>Sets the gradients of the vectors of some rows.</summary>
    public abstract void Backward(Workspace space, int start, int end);

    /// <summary>Sets the gradient of <see cref="Parameter"/>, from all rows of the batch.</summary>
    public virtual void SumWeightGradient(Workspace space)
    {
    }
}
