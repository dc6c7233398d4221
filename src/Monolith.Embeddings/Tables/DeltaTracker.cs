using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Follows the changes of a table set from cut to cut. Rows tell by their stamps when they were last written; removals are logged while
/// a tracker follows. Used by one thread, except <see cref="EmbeddingTableSet.AtCut"/>, which waits for all.
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
    /// <param name="target">Takes what the tables give.</param>
    /// <param name="number">The number of the cut, greater than those before; the next one where null.</param>
    public TableCut Take(bool wantsFull, CutTarget target, ulong? number = null)
    {
        if (number <= NewestCut) throw OutOfRange.Of(nameof(number), number.Value, $"Cut {NewestCut} was taken already.");
        // What allocates comes before the moment at which everybody waits.
        var lanes = Enumerable.Range(0, _tables.Tables.Count).Select(target.LanesOf).ToArray();
        TableCut cut = default;
        _tables.AtCut(() =>
        {
            var isFull = wantsFull || !_isLogging || !_tables.Tables.All(table => table.KnowsRemovals);
            cut = new TableCut(isFull ? 0 : Cut, NewestCut = number ?? checked(NewestCut + 1));
            foreach (var table in _tables.Tables) table.Cut();
            _tables.Audit?.Cut();
            target.Begin(cut);
            for (var i = 0; i < lanes.Length; i++)
            {
                // A log begins with the first full, and again with the one that is needed because it was outgrown.
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
