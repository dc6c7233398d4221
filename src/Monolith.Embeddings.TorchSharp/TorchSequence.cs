using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>A slot that is not pooled, as a module sees it. Valid during the call of <c>forward</c> alone.</summary>
public readonly struct TorchSequence
{
    internal TorchSequence(Tensor values, Tensor lengths) => (Values, Lengths) = (values, lengths);

    /// <summary>The vectors, [rows, steps, dimension] of floats; zeros after a row's length. Gradients flow into it.</summary>
    public Tensor Values { get; }

    /// <summary>How many steps each row has, [rows] of 64-bit integers; 0 for an empty sequence.</summary>
    public Tensor Lengths { get; }

    /// <summary>Which places hold a step, [rows, steps] of booleans: true before a row's length. A new tensor at each call.</summary>
    public Tensor Mask()
    {
        // Not by arange, which takes scalars that TorchSharp does not keep from being collected.
        var numbers = new long[Values.size(1)];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = i;
        using var places = tensor(numbers, device: Values.device);
        using var ends = Lengths.unsqueeze(1);
        return places.lt(ends);
    }
}
