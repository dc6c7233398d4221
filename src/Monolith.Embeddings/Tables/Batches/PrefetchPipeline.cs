namespace Monolith.Embeddings.Tables.Batches;

/// <summary>
/// Keeps the memory of the ids to come on its way to the core, across stripes and without their locks: first the line of an id's first
/// bucket, then, if that is where the id is likely to be, its row, else the line of its second bucket and then its row. Each step is so far
/// ahead of the next that a miss has ended when it is needed. What it finds are hints, to be checked under the lock.
/// </summary>
/// <param name="hints">How the memory of ids is found.</param>
/// <param name="groups">The ids.</param>
/// <param name="first">The first block.</param>
/// <param name="end">The block after the last one.</param>
internal unsafe ref struct PrefetchPipeline<THints>(THints hints, StripeGroups groups, int first, int end)
    where THints : struct, IRowHints
{
    private readonly THints _hints = hints;
    private readonly StripeGroups _groups = groups;
    private readonly int _distance = groups.BlocksAhead;
    private readonly int _last = end - 1;
    private int _fetched = first, _guessed = first, _settled = first;

    /// <summary>To be called before a block is processed, once a block, in order.</summary>
    public void Advance(int block)
    {
        for (var to = Math.Min(_last, block + 3 * _distance); _fetched <= to; _fetched++) FetchFirstBuckets(ref _groups.Block(_fetched));
        for (var to = Math.Min(_last, block + 2 * _distance); _guessed <= to; _guessed++) GuessFirst(ref _groups.Block(_guessed));
        for (var to = Math.Min(_last, block + _distance); _settled <= to; _settled++) GuessSecond(ref _groups.Block(_settled));
    }

    private readonly void FetchFirstBuckets(ref IdBlock block) =>
        _hints.PrefetchBuckets(block.Stripe, _groups.Hashes + block.Start, _groups.Guesses + block.Start, block.Count);

    private readonly void GuessFirst(ref IdBlock block)
    {
        var hashes = _groups.Hashes + block.Start;
        var guesses = _groups.Guesses + block.Start;
        block.StrayCount = _hints.GuessFirst(block.Stripe, hashes, guesses, _groups.Strays + block.Start, block.Count);
    }

    private readonly void GuessSecond(ref IdBlock block)
    {
        if (block.StrayCount == 0) return;
        var strays = new ReadOnlySpan<byte>(_groups.Strays + block.Start, block.StrayCount);
        _hints.GuessSecond(block.Stripe, _groups.Hashes + block.Start, _groups.Guesses + block.Start, strays);
    }
}
