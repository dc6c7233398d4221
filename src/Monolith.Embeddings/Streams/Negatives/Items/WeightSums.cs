namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>Sums over items.</summary>
/// <param name="Weight">By which items are drawn.</param>
/// <param name="Count">Of positives.</param>
/// <param name="Product">Of each item's count and weight: by the count, the mean weight of a positive's item.</param>
internal readonly record struct WeightSums(double Weight, double Count, double Product)
{
    public static WeightSums operator +(in WeightSums left, in WeightSums right) =>
        new(left.Weight + right.Weight, left.Count + right.Count, left.Product + right.Product);
}
