using System.Globalization;

namespace Monolith.Embeddings.Training;

/// <summary>A file that holds forgotten ids, or of which that cannot be ruled out. Immutable.</summary>
public sealed record HeldFile
{
    /// <summary>Its name in its store.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Whether it was read and has one of the ids; else it may have one, and <see cref="Reason"/> says why that is not known.
    /// </summary>
    public bool IsCertain => Reason is null;

    /// <summary>Why it is not known whether it has one; null where it has.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc />
    public override string ToString() => IsCertain
        ? $"{Name} holds it"
        : string.Create(CultureInfo.InvariantCulture, $"{Name} may hold it: {Reason}");
}
