using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private const int ChunkIds = 65_536;

    /// <summary>Runs a verb over a batch: grouped by stripe, prefetched, each stripe locked once a chunk.</summary>
    private void ForEach<TVerb>(ReadOnlySpan<long> ids, int rowBytes, ref TVerb verb, RowGrant? grant = null)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        if (ids.Length == 0) RequireOpen();
        if (!_room.Range.IsWhole) RequireOwned(ids);
        for (int start = 0, length; start < ids.Length; start += length)
        {
            length = TakeRoom(ids, start, grant);
            var groups = StripeGroups.Rent();
            var done = start;
            _gate.EnterShared();
            try
            {
                groups.Build(ids.Slice(start, length), _stripes.Length, _room.AllStripes, start, _rules.HashMask);
                RunChunk(groups, rowBytes, ref verb, ref done);
            }
            catch (Exception cause)
            {
                throw new BatchInterruptedException(Name, done, ids.Length, cause);
            }
            finally
            {
                groups.Return();
                _gate.ExitShared();
                grant?.GiveBack();
                _refusals.Flush();
            }
        }
    }

    // A stripe that another thread holds is put off to the end, instead of waiting for it.
    private void RunChunk<TVerb>(StripeGroups groups, int rowBytes, ref TVerb verb, ref int done)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        var pipeline = new PrefetchPipeline(_stripes, groups, rowBytes);
        var epoch = _gate.Reclaimer.Enter();
        try
        {
            for (int block = 0, end; block < groups.BlockCount; block = end)
            {
                end = groups.EndOfGroup(block);
                var stripe = _stripes[groups.Block(block).Stripe];
                if (stripe.Lock.TryEnter()) RunLocked(stripe, groups, block, end, ref pipeline, ref verb, ref done, ref epoch);
                else groups.PutOff.Add(block);
            }
            foreach (var block in groups.PutOff)
            {
                var stripe = _stripes[groups.Block(block).Stripe];
                EnterOutsideEpoch(stripe.Lock, ref epoch);
                RunLocked(stripe, groups, block, groups.EndOfGroup(block), ref pipeline, ref verb, ref done, ref epoch);
            }
        }
        finally
        {
            _gate.Reclaimer.Exit(epoch);
        }
    }

    // Whoever holds the stripe may be making its index larger again and again: nobody who waits for it may keep the old ones.
    private void EnterOutsideEpoch(Lock stripe, ref long epoch)
    {
        _gate.Reclaimer.Exit(epoch);
        try
        {
            stripe.Enter();
        }
        finally
        {
            epoch = _gate.Reclaimer.Enter();
        }
    }

    private void RunLocked<TVerb>(
        Stripe stripe, StripeGroups groups, int start, int end, ref PrefetchPipeline pipeline, ref TVerb verb, ref int done, ref long epoch)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        try
        {
            var ids = 0;
            for (var block = start; block < end; block++)
            {
                pipeline.Advance(block);
                RunBlock(stripe, groups, in groups.Block(block), ref verb, ref done);
                ids += groups.Block(block).Count;
                epoch = _gate.Reclaimer.Refresh(epoch);
            }
            verb.Leave(stripe, ids);
        }
        finally
        {
            stripe.Lock.Exit();
        }
    }

    private static unsafe void RunBlock<TVerb>(Stripe stripe, StripeGroups groups, in IdBlock block, ref TVerb verb, ref int done)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        var hashes = groups.Hashes;
        var positions = groups.Positions;
        var guesses = groups.Guesses;
        var rows = stripe.Rows;
        for (var i = block.Start; i < block.Start + block.Count; i++)
        {
            verb.Process(stripe, ref rows, positions[i], hashes[i], guesses[i]);
            done++;
        }
        verb.EndBlock(stripe);
    }

    private int WeightBytes => RowLayout.HeaderBytes + _rules.Layout.WeightBytes;

    private void RequireOpen()
    {
        _gate.EnterShared();
        _gate.ExitShared();
    }

    private void RequireRows(int ids, int floats, string what)
    {
        var needed = (long)ids * Dimension;
        if (needed > Array.MaxLength)
            throw new ArgumentException($"Table '{Name}': {ids} ids times dimension {Dimension} are {needed} floats; a span's array holds {Array.MaxLength}. Use smaller batches.");
        if (needed != floats)
            throw new ArgumentException($"Table '{Name}': {ids} ids times dimension {Dimension} need {needed} floats, but {what} holds {floats}.", what);
    }

    private void RequireCounts(int ids, ReadOnlySpan<int> counts)
    {
        if (counts.IsEmpty) return;
        if (counts.Length != ids)
            throw new ArgumentException($"Table '{Name}': {ids} ids need {ids} counts, or none, but {counts.Length} were given.", nameof(counts));
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 1)
                throw new ArgumentException($"Table '{Name}': the count at position {i} is {counts[i]}; an id occurs at least once.", nameof(counts));
        }
    }

    // Counts were looked at before; a caller that writes into them meanwhile is told so.
    private static int ValidCountAt(ReadOnlySpan<int> counts, int position)
    {
        var count = CountAt(counts, position);
        if (count < 1) ThrowCountChanged(position, count);
        return count;
    }

    private static void ThrowCountChanged(int position, int count) => throw new InvalidOperationException(
        $"The count at position {position} became {count} while the batch ran. Leave the spans as they are until the call has returned.");

    private static int CountAt(ReadOnlySpan<int> counts, int position) => counts.IsEmpty ? 1 : counts[position];
}
