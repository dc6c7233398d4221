using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Learning;
using Monolith.Embeddings.TorchSharp.Running;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>A parameter of a module, by the name that PyTorch gives it.</summary>
internal sealed class TorchParameter : DenseParameter
{
    public TorchParameter(string name, Parameter tensor)
        : base(name, [.. tensor.shape.Select(size => checked((int)size))]) => Tensor = tensor;

    public Parameter Tensor { get; }

    /// <summary>Whether it has had a gradient.</summary>
    public bool HasLearned { get; set; }

    /// <summary>The gradient of the last backward pass; null where it gave none. Belongs to the caller's dispose scope.</summary>
    public Tensor? Gradient
    {
        get => Tensor.grad;
        set => Tensor.grad = value;
    }

    public override void Read(Span<float> destination)
    {
        RequireLength(destination.Length, nameof(destination));
        HostFloats.Read(Tensor, destination);
    }

    public override void Write(ReadOnlySpan<float> source)
    {
        RequireLength(source.Length, nameof(source));
        if (!FiniteFloats.AreWithin(source, float.MaxValue))
            throw new ArgumentException($"A weight for '{Name}' is infinite, or none; nothing was changed.", nameof(source));
        HostFloats.WriteBytes(Tensor, System.Runtime.InteropServices.MemoryMarshal.AsBytes(source));
    }

    private void RequireLength(int length, string argument)
    {
        if (length != Length) throw new ArgumentException($"'{Name}' has {Length} weights; {length} were given.", argument);
    }
}
