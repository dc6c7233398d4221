using Monolith.Embeddings.TorchSharp.Learning;
using Monolith.Embeddings.TorchSharp.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>Sizes of the numbers of a tensor, wherever it lies.</summary>
/// <remarks>
/// A <see cref="Scalar"/> that is passed to TorchSharp is kept until the call has returned: TorchSharp itself does not, and a collection
/// would free it while the call reads it.
/// </remarks>
internal static class TensorChecks
{
    /// <summary>Whether all are numbers of a magnitude of at most <paramref name="limit"/>. What is no float always is.</summary>
    public static bool AreWithin(Tensor tensor, float limit)
    {
        if (tensor.dtype != ScalarType.Float32 || tensor.numel() == 0) return true;
        if (HostFloats.AreVisible(tensor)) return FiniteFloats.AreWithin(HostFloats.Of(tensor), limit);
        using var unobserved = no_grad();
        using var bound = limit.ToScalar();
        using var within = tensor.abs().le(bound).all();
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

    /// <summary>Multiplies all, in place.</summary>
    public static void Scale(Tensor tensor, double factor)
    {
        if (HostFloats.AreVisible(tensor))
        {
            FiniteFloats.Scale(HostFloats.Of(tensor), factor);
            return;
        }
        using var unobserved = no_grad();
        using var scalar = factor.ToScalar();
        tensor.mul_(scalar);
    }
}
