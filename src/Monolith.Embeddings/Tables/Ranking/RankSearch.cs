using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>
/// Counts, for some rows, those of all rows that come before them in the order of <see cref="TopKSearch"/>: nothing is sorted. For one
/// caller at a time; nothing is allocated once the buffers have grown.
/// </summary>
/// <param name="rows">Where.</param>
/// <param name="threads">On how many threads at most.</param>
internal sealed class RankSearch(RankedRows rows, int threads) : RangeWork
{
    private const long FewestRowsAThread = 16_384;

    private readonly ForkJoin _threads = new(threads - 1);
    private readonly Stack<RankLane> _free = new();
    private readonly RankLane[] _lanes = [.. Enumerable.Range(0, threads).Select(_ => new RankLane())];

    /// <param name="positives">The rows whose ranks are asked for.</param>
    /// <param name="before">Receives how many come before each, [n].</param>
    public void Count(RankedPositives positives, Span<long> before)
    {
        _free.Clear();
        foreach (var lane in _lanes)
        {
            lane.Begin(rows, positives);
            _free.Push(lane);
        }
        if (threads == 1 || rows.Count < FewestRowsAThread) Run(0, rows.Parts);
        else _threads.Run(this, rows.Parts, grain: 1);
        before.Clear();
        foreach (var lane in _lanes)
        {
            for (var i = 0; i < before.Length; i++) before[i] += lane.Before[i];
        }
    }

    /// <inheritdoc />
    public override void Run(int start, int end)
    {
        RankLane lane;
        lock (_free) lane = _free.Pop();
        for (var part = start; part < end; part++) rows.Scan(part, lane);
        lock (_free) _free.Push(lane);
    }
}
