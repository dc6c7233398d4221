using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Follows the changes of a table set from cut to cut. Rows tell by their stamps when they were last written; removals are logged while somebody follows. One thread's, but
/// for <see cref="EmbeddingTableSet.AtCut"/>, which waits for all.
/// </summary>
internal sealed class DeltaTracker : IDisposable
{
    private readonly EmbeddingTableSet _tables;
    private bool _isLogging;

    internal DeltaTracker(EmbeddingTableSet tables) => _tables = tables;

    /// <summary>The newest cut that is safe, and that a delta goes on from; 0 before the first.</summary>
    public ulong Cut { get; private set; }

    /// <summary>The newest cut.</summary>
    public ulong NewestCut { get; private set; }

    /// <summary>
    /// To be called before rows are restored from a cut: deltas go on from there, and hold what others write, and remove, while the rows
    /// are read.
    /// </summary>
    /// <param name="restored">The number of that cut.</param>
    public void GoOnAfter(ulong restored)
    {
        _tables.CutRestored();
        (Cut, NewestCut, _isLogging) = (restored, restored, true);
    }

    /// <summary>
    /// Cuts: from this instant on, a scan gives the state of now. Takes as long as the verbs under way, and microseconds for each stripe.
    /// </summary>
    /// <param name="wantsFull">Whether everything is wanted.</param>
    /// <param name="lanesOf">Makes the lanes of a table, one for each stripe.</param>
    /// <param name="atCut">Called at the cut, with its numbers, while no verb is under way.</param>
    public TableCut Take(bool wantsFull, Func<int, IReadOnlyList<CutLane>> lanesOf, Action<TableCut> atCut)
    {
        // What allocates comes before the moment at which everybody waits.
        var lanes = Enumerable.Range(0, _tables.Tables.Count).Select(lanesOf).ToArray();
        TableCut cut = default;
        _tables.AtCut(() =>
        {
            var isFull = wantsFull || !_isLogging || !_tables.Tables.All(table => table.KnowsRemovals);
            cut = new TableCut(isFull ? 0 : Cut, NewestCut = checked(NewestCut + 1));
            foreach (var table in _tables.Tables) table.Cut();
            atCut(cut);
            for (var i = 0; i < lanes.Length; i++)
            {
                // A log begins with the first full, and anew with the one that is needed because it was outgrown.
                if (!_isLogging || !_tables.Tables[i].KnowsRemovals) _tables.Tables[i].LogRemovals();
                _tables.Tables[i].BeginScan(lanes[i], isFull);
            }
            _isLogging = true;
        });
        return cut;
    }

    /// <summary>Says that a cut is safe: the next delta goes on from it.</summary>
    public void Commit(TableCut cut)
    {
        Cut = cut.To;
        foreach (var table in _tables.Tables) table.Release();
    }

    public void Dispose() => _tables.EndTracking(this);
}
