using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Serving;

/// <summary>
/// Keeps the memory of the ids to come on its way to the core, as <see cref="PrefetchPipeline"/> does: first the line of an id's first bucket, then its row, or else the line of
/// its second bucket and then its row. What it finds are hints, to be checked under the lock.
/// </summary>
internal unsafe ref struct WeightPipeline(WeightStripe[] stripes, StripeGroups groups)
{
    private readonly WeightStripe[] _stripes = stripes;
    private readonly StripeGroups _groups = groups;
    private readonly int _distance = groups.BlocksAhead;
    private int _fetched, _guessed, _settled;

    /// <summary>To be called before a block is processed, once a block, in order.</summary>
    public void Advance(int block)
    {
        var last = _groups.BlockCount - 1;
        for (var end = Math.Min(last, block + 3 * _distance); _fetched <= end; _fetched++) FetchFirstBuckets(ref _groups.Block(_fetched));
        for (var end = Math.Min(last, block + 2 * _distance); _guessed <= end; _guessed++) GuessFirst(ref _groups.Block(_guessed));
        for (var end = Math.Min(last, block + _distance); _settled <= end; _settled++) GuessSecond(ref _groups.Block(_settled));
    }

    private readonly void FetchFirstBuckets(ref IdBlock block) => _stripes[block.Stripe].Rows.Buckets.Prefetch(_groups.Hashes + block.Start, block.Count);

    private readonly void GuessFirst(ref IdBlock block)
    {
        var buckets = _stripes[block.Stripe].Rows.Buckets;
        var guesses = _groups.Guesses + block.Start;
        block.StrayCount = buckets.GuessFirst(_groups.Hashes + block.Start, guesses, _groups.Strays + block.Start, block.Count);
        buckets.PrefetchRows(guesses, block.Count);
    }

    private readonly void GuessSecond(ref IdBlock block)
    {
        if (block.StrayCount == 0) return;
        var buckets = _stripes[block.Stripe].Rows.Buckets;
        var guesses = _groups.Guesses + block.Start;
        var strays = new ReadOnlySpan<byte>(_groups.Strays + block.Start, block.StrayCount);
        buckets.GuessSecond(_groups.Hashes + block.Start, guesses, strays);
        foreach (var stray in strays) buckets.PrefetchRows(guesses + stray, 1);
    }
}
