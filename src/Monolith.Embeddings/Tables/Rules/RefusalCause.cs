namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Why a change of a row was refused.</summary>
internal enum RefusalCause
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>A number of the result was infinite, or none.</summary>
    NonFinite,

    /// <summary>A number of the result does not fit the 16 bits that it is stored in.</summary>
    Precision,
}
