namespace Monolith.Embeddings.Tables;

/// <summary>What becomes of a gradient for an id that has no row.</summary>
public enum AbsentIds
{
    /// <summary>The admission filter is asked; if it admits the id, the row is created and the gradient applied.</summary>
    Admit,

    /// <summary>
    /// The gradient is dropped and counted. Right after a <c>LookupOrAdmit</c> of <see cref="EmbeddingTable"/>, which has counted these
    /// occurrences already.
    /// </summary>
    Drop,
}
