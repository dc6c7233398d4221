using Monolith.Embeddings.TorchSharp.Zoo;
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

    /// <summary>
    /// The same sequence without the steps behind its longest row, at least one step: what a batch of short sequences costs is then what
    /// they need. Reads <see cref="Lengths"/>, for which a device is waited for.
    /// </summary>
    public TorchSequence Trim()
    {
        using var longest = Lengths.max();
        var steps = Math.Clamp(longest.item<long>(), 1, Values.size(1));
        return steps == Values.size(1) ? this : new TorchSequence(Values.narrow(1, 0, steps), Lengths);
    }

    /// <summary>Which places hold a step, [rows, steps] of booleans: true before a row's length. A new tensor at each call.</summary>
    public Tensor Mask()
    {
        using var places = HeldNumbers.Places(Values.size(1), Values.device);
        using var ends = Lengths.unsqueeze(1);
        return places.lt(ends);
    }
}
