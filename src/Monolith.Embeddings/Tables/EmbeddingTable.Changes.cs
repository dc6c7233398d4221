namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    // Rows need to be told apart by the newest cut that is safe, by one whose commit is on its way, and by the pass under way. All that
    // begins a moment holds the gate alone; where there is no pass then and no such commit, two numbers say it all, and the clock can start
    // again.
    private const uint UpToSafeCut = 1, SinceSafeCut = 2;

    // The number of the newest cut whose commit is safe, and of the newest one; 0 before the first. Behind the gate.
    private uint _safeCut, _newestCut;

    // Rankings whose numbers a pass that is about to begin goes by.
    private int _rankings;

    /// <summary>Counts the moments of this table.</summary>
    internal Rows.ChangeClock Changes => _changes;

    /// <summary>Begins a ranking: its number stays what it is until <see cref="EndRanking"/>.</summary>
    private uint BeginRanking()
    {
        _gate.EnterExclusive();
        try
        {
            var stamp = AdvanceChanges();
            Interlocked.Increment(ref _rankings);
            return stamp;
        }
        finally
        {
            _gate.ExitExclusive();
        }
    }

    private void EndRanking() => Interlocked.Decrement(ref _rankings);

    // Behind the gate, alone.
    private uint AdvanceChanges()
    {
        if (_changes.IsRunningOut && _pass is null && _safeCut == _newestCut && Volatile.Read(ref _rankings) == 0) Renumber();
        return _changes.Advance();
    }

    // A walk over the headers of all rows, once in two thousand million moments.
    private void Renumber()
    {
        foreach (var stripe in _stripes)
        {
            lock (stripe.Lock) stripe.Renumber(_safeCut, UpToSafeCut, SinceSafeCut);
        }
        if (_safeCut > 0) _safeCut = _newestCut = UpToSafeCut;
        _changes.GoOnFrom(SinceSafeCut);
    }
}
