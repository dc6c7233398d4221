namespace Monolith.Embeddings.Models;

/// <summary>A dimension of the numbers of a section, and what its places belong to. Immutable; thread-safe.</summary>
public sealed class ModelSectionAxis
{
    /// <summary>Creates the axis.</summary>
    /// <param name="ranges">What the places belong to, in order; each name once.</param>
    /// <exception cref="ArgumentException">A name stands twice, or a length is negative.</exception>
    public ModelSectionAxis(params ReadOnlySpan<ModelSectionRange> ranges)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var range in ranges)
        {
            ArgumentNullException.ThrowIfNull(range.Name, nameof(ranges));
            if (range.Length < 0) throw new ArgumentException($"'{range.Name}' has the length {range.Length}.", nameof(ranges));
            if (!names.Add(range.Name)) throw new ArgumentException($"An axis has '{range.Name}' twice.", nameof(ranges));
            Length = checked(Length + range.Length);
        }
        Ranges = Array.AsReadOnly(ranges.ToArray());
    }

    /// <summary>What the places belong to, in order.</summary>
    public IReadOnlyList<ModelSectionRange> Ranges { get; }

    /// <summary>How many places there are.</summary>
    public int Length { get; }

    /// <summary>
    /// Whether weights at places that a migration adds are 0, rather than what the model begins with: right for the inputs of a layer, so
    /// that a new input changes no prediction before it was learned. Of no meaning for a state. Default false.
    /// </summary>
    public bool BeginsAtZero { get; init; }
}
