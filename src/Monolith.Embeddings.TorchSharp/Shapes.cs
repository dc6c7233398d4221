using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>Shapes of tensors: compared without an allocation, and as texts.</summary>
internal static class Shapes
{
    public static bool AreSame(Tensor one, Tensor other)
    {
        var rank = one.dim();
        if (rank != other.dim()) return false;
        for (var i = 0; i < rank; i++)
        {
            if (one.size(i) != other.size(i)) return false;
        }
        return true;
    }

    /// <summary>The shape as a text, such as <c>[8, 5]</c>.</summary>
    public static string TextOf(Tensor tensor) => TextOf(tensor.shape);

    /// <inheritdoc cref="TextOf(Tensor)" />
    public static string TextOf(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray().Select(size => $"{size}"))}]";
}
