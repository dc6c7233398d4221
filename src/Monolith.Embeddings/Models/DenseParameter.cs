using System.Diagnostics;
using Monolith.Embeddings.Models.Sections;

namespace Monolith.Embeddings.Models;

/// <summary>
/// Some dense weights of a model under one name, so that they can be exported, or live elsewhere. Not thread-safe: between two calls of the
/// model's.
/// </summary>
[DebuggerDisplay("{Name}: {Length} weights")]
public abstract class DenseParameter
{
    /// <summary>Creates the parameter.</summary>
    /// <param name="name">Unique in the model, and the same in each model of one shape; not empty.</param>
    /// <param name="shape">Its dimensions, outermost first; each at least 0.</param>
    /// <exception cref="ArgumentException">The name is empty, or the shape cannot be.</exception>
    protected DenseParameter(string name, params ReadOnlySpan<int> shape)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var length = SectionShape.LengthOf(shape);
        if (length < 0)
        {
            throw new ArgumentException(
                $"The shape {SectionShape.TextOf(shape)} of '{name}' has a negative dimension, or more weights than an array "
                + "holds.", nameof(shape));
        }
        (Name, Shape, Length) = (name, Array.AsReadOnly(shape.ToArray()), (int)length);
    }

    /// <summary>The name, unique in the model.</summary>
    public string Name { get; }

    /// <summary>The dimensions, outermost first.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>How many weights there are: the product of <see cref="Shape"/>.</summary>
    public int Length { get; }

    /// <summary>Copies the weights out.</summary>
    /// <param name="destination">Receives them, [<see cref="Length"/>], the last dimension innermost.</param>
    /// <exception cref="ArgumentException">The length does not fit.</exception>
    public abstract void Read(Span<float> destination);

    /// <summary>Replaces the weights; the state of their optimizer stays.</summary>
    /// <param name="source">The weights, [<see cref="Length"/>], the last dimension innermost; finite.</param>
    /// <exception cref="ArgumentException">The length does not fit, or a number is not finite; nothing changed.</exception>
    public abstract void Write(ReadOnlySpan<float> source);
}
