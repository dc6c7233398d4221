using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>Vectors of length 1.</summary>
internal static class UnitVectors
{
    // The public code of SASRec and HSTU divides by no less.
    private const double Least = 1e-6;

    /// <summary>
    /// Vectors divided by their length, over the last dimension. One that is not longer than 1e-6 has no direction: it becomes zeros, and
    /// gives no gradient.
    /// </summary>
    public static Tensor Of(Tensor values)
    {
        var lengths = values.norm(-1, keepdim: true, p: 2);
        return (values / lengths.AtLeast(Least)).Filled(lengths.IsAtMost(Least), 0);
    }
}
