namespace Monolith.Embeddings.Tables.Observing;

/// <summary>What was refused for its numbers, and why.</summary>
internal enum RefusalKind
{
    /// <summary>A gradient that holds NaN or an infinity.</summary>
    NonFiniteGradient,

    /// <summary>A gradient whose step would make a number of the row infinite, or none.</summary>
    NonFiniteUpdate,

    /// <summary>An assigned, added, first or restored row that has such a number.</summary>
    NonFiniteValue,

    /// <summary>A change whose result does not fit 16 bits.</summary>
    PrecisionOverflow,
}
