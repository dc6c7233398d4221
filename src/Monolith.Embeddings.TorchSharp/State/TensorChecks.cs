using Monolith.Embeddings.TorchSharp.Learning;
using Monolith.Embeddings.TorchSharp.Running;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>Sizes of the numbers of a tensor, wherever it lies.</summary>
internal static class TensorChecks
{
    /// <summary>Whether all are numbers of a magnitude of at most <paramref name="limit"/>. What is no float always is.</summary>
    public static bool AreWithin(Tensor tensor, float limit)
    {
        if (tensor.dtype != ScalarType.Float32 || tensor.numel() == 0) return true;
        if (HostFloats.AreVisible(tensor)) return FiniteFloats.AreWithin(HostFloats.Of(tensor), limit);
        using var unobserved = no_grad();
        using var within = tensor.abs().le(limit).all();
        return within.item<bool>();
    }

    /// <summary>The sum of the squares, in double precision.</summary>
    public static double SquaredNorm(Tensor tensor)
    {
        if (HostFloats.AreVisible(tensor)) return FiniteFloats.SquaredNorm(HostFloats.Of(tensor));
        using var unobserved = no_grad();
        using var sum = tensor.to(ScalarType.Float64).square().sum();
        return sum.item<double>();
    }
}
