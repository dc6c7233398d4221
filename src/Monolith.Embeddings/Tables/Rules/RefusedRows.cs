namespace Monolith.Embeddings.Tables.Rules;

/// <summary>The rows of a block that stayed as they were: a bit for each, in the order in which they were added.</summary>
/// <param name="All">Those of which a number would not have been finite, or not have fitted its precision.</param>
/// <param name="Overflowing">Those among them of which one would not have fitted.</param>
internal readonly record struct RefusedRows(uint All, uint Overflowing)
{
    /// <summary>Why a row stayed.</summary>
    public RefusalCause CauseOf(int row) => (Overflowing >> row & 1) != 0 ? RefusalCause.Precision : RefusalCause.NonFinite;
}
