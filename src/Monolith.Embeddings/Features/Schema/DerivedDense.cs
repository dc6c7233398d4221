using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>A dense feature that the library derives from a raw column. Immutable; thread-safe.</summary>
[DebuggerDisplay("{Name}: {Kind} of {Source.Name}")]
public sealed class DerivedDense
{
    internal DerivedDense(string name, DerivedDenseKind kind, NumberColumn source, NormalizationOptions? normalization = null) =>
        (Name, Kind, Source, Normalization) = (name, kind, source, normalization);

    /// <summary>The name, unique among the derived dense features of the schema.</summary>
    public string Name { get; }

    /// <summary>How it is derived.</summary>
    public DerivedDenseKind Kind { get; }

    /// <summary>The raw column that it is derived from.</summary>
    public NumberColumn Source { get; }

    /// <summary>
    /// Its column in the dense input of the model, [rows, <see cref="FeatureLayout.DenseWidth"/>]: behind the dense features that encoders
    /// write, in the order in which the schema declares them.
    /// </summary>
    public int Column { get; internal init; }

    /// <summary>How it is normalised; null where it is not.</summary>
    internal NormalizationOptions? Normalization { get; }

    /// <summary>What of it a fingerprint knows.</summary>
    internal object[] Facts => Normalization is { } normalization
        ? ["derived", Name, Kind, Source.Name, normalization.HalfLife ?? 0, normalization.Clip]
        : ["derived", Name, Kind, Source.Name];

    /// <summary>What a message says of it.</summary>
    internal string Description => Normalization is { } normalization
        ? $"{Kind} of '{Source.Name}' ({normalization.Description})"
        : $"{Kind} of '{Source.Name}'";

    /// <summary>The same at its place in the model's input.</summary>
    internal DerivedDense At(int column) => new(Name, Kind, Source, Normalization) { Column = column };
}
