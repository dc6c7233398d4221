using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>What comes next at each position of a sequence, and what else might have.</summary>
internal static class NextSteps
{
    // A score that takes part in no sum, and is no infinity.
    private const double Masked = -1e30;

    /// <summary>Each place gets what stands one later; the last zeros.</summary>
    /// <param name="values">[rows, steps] or [rows, steps, width].</param>
    public static Tensor Of(Tensor values) =>
        cat([values.narrow(1, 1, values.size(1) - 1), zeros_like(values.narrow(1, 0, 1))], 1);

    /// <summary>The scores of negatives at each position, [rows, steps, negatives]; -1e30 for one that does not count.</summary>
    /// <param name="users">The outputs, [rows, steps, width].</param>
    /// <param name="items">The negatives, [rows, negatives, width].</param>
    /// <param name="ids">Which they are, [rows or 1, negatives].</param>
    /// <param name="isThere">Which places hold one, [rows or 1, negatives].</param>
    /// <param name="nextIds">What comes next, [rows, steps]: that is no negative.</param>
    /// <param name="temperature">What dot products are divided by.</param>
    public static Tensor Negatives(
        Tensor users, Tensor items, Tensor ids, Tensor isThere, Tensor nextIds, double temperature = 1)
    {
        var counts = isThere.unsqueeze(1).logical_and(ids.unsqueeze(1).ne(nextIds.unsqueeze(-1)));
        return bmm(users, items.transpose(1, 2)).Over(temperature).Filled(counts.logical_not(), Masked);
    }
}
