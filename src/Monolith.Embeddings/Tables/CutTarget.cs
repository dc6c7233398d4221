using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

/// <summary>Where a cut goes: what a save makes ready for it, and is told at it.</summary>
internal abstract class CutTarget
{
    /// <summary>Makes the lanes of a table, one for each stripe. Called before the cut.</summary>
    /// <param name="table">The table, by its place in the set.</param>
    public abstract IReadOnlyList<CutLane> LanesOf(int table);

    /// <summary>Called at the cut, while no verb is under way.</summary>
    /// <param name="cut">Its numbers.</param>
    public abstract void Begin(TableCut cut);
}
