namespace Monolith.Embeddings.Features;

/// <summary>How a dense feature is derived from a raw column with the value x.</summary>
public enum DerivedDenseKind
{
    /// <summary>
    /// sign(x) ln(1 + |x|), the same bits on every machine; 0 where x is missing; an infinite x counts as the largest float.
    /// </summary>
    SignedLog,

    /// <summary>
    /// (x - mean) / deviation of the values before, within plus and minus <see cref="NormalizationOptions.Clip"/>; 0, the mean, where x is
    /// missing, and until two different values were seen.
    /// </summary>
    Normalized,

    /// <summary>1 where x is missing, else 0.</summary>
    IsMissing,
}
