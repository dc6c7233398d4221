using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Eviction;

/// <summary>Ranks the rows of a full table: those of the lowest scores make room for new ids.</summary>
/// <remarks>
/// One instance serves a table on all threads: it must be immutable, and a score must depend on the row alone, or what goes would depend on
/// when it was asked. It runs while a stripe is locked, so it must be quick, must not block, and must not call the table.
/// </remarks>
public abstract class EvictionPolicy
{
    /// <summary>The name in files and messages, such as <c>least-recently-updated</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether the policy reads <see cref="RowMetadata.Weights"/>, which makes every pass touch more memory. Default false.
    /// </summary>
    public virtual bool ReadsWeights => false;

    /// <summary>How much a row is worth keeping.</summary>
    /// <param name="row">What is known about the row.</param>
    /// <returns>Any number; lower ones go first, NaN before all others. Among equal scores the lower mixed id goes first.</returns>
    public abstract double Score(in RowMetadata row);
}
