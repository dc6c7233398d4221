using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Support;

/// <summary>Compares gradients with differences of what they are gradients of, in double precision.</summary>
internal static class Slopes
{
    private const double Step = 1e-5, Tolerance = 1e-5;

    /// <param name="compute">Gives one number, of the leaves as they are.</param>
    /// <param name="leaves">Tensors of doubles that learn, with names.</param>
    /// <returns>How many gradients are not zero.</returns>
    public static int Check(Func<Tensor> compute, params (string Name, Tensor Leaf)[] leaves)
    {
        using var scope = NewDisposeScope();
        compute().backward();
        var others = 0;
        foreach (var (name, leaf) in leaves)
        {
            var gradient = leaf.grad is { } found ? found.flatten().data<double>().ToArray() : new double[leaf.numel()];
            for (var i = 0; i < gradient.Length; i++)
            {
                var before = Values(leaf)[i];
                var slope = (At(leaf, i, before + Step, compute) - At(leaf, i, before - Step, compute)) / (2 * Step);
                Values(leaf)[i] = before;
                Assert.That(gradient[i], Is.EqualTo(slope).Within(Tolerance * (1 + Math.Abs(slope))), $"{name}, place {i}");
                if (gradient[i] != 0) others++;
            }
        }
        return others;
    }

    private static Span<double> Values(Tensor leaf) => MemoryMarshal.Cast<byte, double>(leaf.bytes);

    private static double At(Tensor leaf, int place, double value, Func<Tensor> compute)
    {
        Values(leaf)[place] = value;
        using var unobserved = no_grad();
        using var scope = NewDisposeScope();
        return compute().item<double>();
    }
}
