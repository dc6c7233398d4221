using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// Where a stripe puts what a save is to hold of it, as it was at the cut: what a scan comes to, and, before that, what is about to change.
/// All members are called while the stripe is locked, so by one thread at a time, but by any. They throw nothing where the save fails:
/// training is not to wait for it.
/// </summary>
internal abstract class CutLane : AdmissionStateWriter
{
    /// <summary>Takes a row. It is used during the call alone.</summary>
    public abstract void AddRow(Row row);

    /// <summary>Takes the id of a row that was removed.</summary>
    public abstract void AddRemoval(long id);

    /// <summary>
    /// Called before a filter's records come, or none: they replace all that older snapshots have of the stripe's filter.
    /// </summary>
    public abstract void BeginFilter();

    /// <summary>Called when all of a filter's records have come.</summary>
    public abstract void EndFilter();

    /// <summary>Takes what kept a filter from writing its state; the save fails by it.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>Called when the stripe has given everything.</summary>
    public abstract void Complete();
}
