using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>Runs verbs over batches: grouped by stripe, prefetched, each stripe locked once a chunk. Thread-safe.</summary>
/// <param name="table">The name of the table, for messages.</param>
/// <param name="range">The ids that are the table's own.</param>
/// <param name="stripes">The stripes.</param>
/// <param name="hashMask">Which bits of a mixed id place it.</param>
/// <param name="refusals">Holds what verbs refused, to be logged once no stripe is locked.</param>
internal sealed class BatchRunner(string table, IdRange range, TableStripes stripes, ulong hashMask, RefusalLog refusals)
{
    /// <summary>How many ids go together at most.</summary>
    public const int ChunkIds = 65_536;

    private readonly Stripe[] _stripes = stripes.All;
    private readonly TableGate _gate = stripes.Gate;

    /// <summary>Runs a verb that needs no room.</summary>
    /// <exception cref="ArgumentException">An id is of another range; nothing changed.</exception>
    /// <exception cref="BatchInterruptedException">Something threw in the middle; every row is whole.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void Run<TVerb>(ReadOnlySpan<long> ids, int rowBytes, ref TVerb verb)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        if (ids.Length == 0) _gate.RequireOpen();
        RequireOwned(ids);
        for (var start = 0; start < ids.Length; start += ChunkIds)
            RunChunk(ids, start, Math.Min(ChunkIds, ids.Length - start), rowBytes, ref verb);
    }

    /// <summary>Requires ids of the table's range.</summary>
    /// <exception cref="ArgumentException">One is of another range.</exception>
    public void RequireOwned(ReadOnlySpan<long> ids)
    {
        if (range.IsWhole) return;
        for (var i = 0; i < ids.Length; i++)
        {
            if (!range.Contains(ids[i])) throw new ArgumentException(Foreign(ids[i], i), nameof(ids));
        }
    }

    /// <summary>Runs a verb over a part of a batch, whose ids are the table's own.</summary>
    /// <param name="ids">The batch.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How many ids it has, 1 to <see cref="ChunkIds"/>.</param>
    /// <param name="rowBytes">How much of each row the verb uses, from its front.</param>
    /// <param name="verb">The verb.</param>
    public void RunChunk<TVerb>(ReadOnlySpan<long> ids, int start, int length, int rowBytes, ref TVerb verb)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        var groups = StripeGroups.Rent();
        var done = start;
        _gate.EnterShared();
        try
        {
            Group(groups, ids.Slice(start, length), start);
            RunGroups(groups, 0, groups.BlockCount, new StripeHints(_stripes, rowBytes), ref verb, ref done);
        }
        catch (Exception cause)
        {
            throw new BatchInterruptedException(table, done, ids.Length, cause);
        }
        finally
        {
            groups.Return();
            _gate.ExitShared();
            refusals.Flush();
        }
    }

    /// <summary>Groups a part of a batch, so that its groups can be run by <see cref="RunGroups{TVerb}"/>.</summary>
    /// <param name="groups">Receives the groups.</param>
    /// <param name="ids">The part, 1 to <see cref="ChunkIds"/> ids.</param>
    /// <param name="start">Where in the batch it begins.</param>
    public void Group(StripeGroups groups, ReadOnlySpan<long> ids, int start) =>
        groups.Build(ids, _stripes.Length, stripes.AllCount, start, hashMask);

    /// <summary>Runs a verb over some groups; other threads may run theirs over the others.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="first">The first block of the first one.</param>
    /// <param name="end">The block after the last one.</param>
    /// <param name="rowBytes">How much of each row the verb uses, from its front.</param>
    /// <param name="verb">The verb.</param>
    /// <param name="done">Counts the ids that are done.</param>
    /// <exception cref="BatchInterruptedException">Something threw in the middle; every row is whole.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void RunGroups<TVerb>(StripeGroups groups, int first, int end, int rowBytes, ref TVerb verb, ref int done)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        _gate.EnterShared();
        try
        {
            if (groups.AreGuessed) RunGroups(groups, first, end, new FoundRowHints(_stripes, rowBytes), ref verb, ref done);
            else RunGroups(groups, first, end, new StripeHints(_stripes, rowBytes), ref verb, ref done);
        }
        catch (Exception cause)
        {
            throw new BatchInterruptedException(table, done, done, cause);
        }
        finally
        {
            _gate.ExitShared();
            refusals.Flush();
        }
    }

    // A stripe that another thread holds is put off to the end, instead of waiting for it.
    private void RunGroups<TVerb, THints>(StripeGroups groups, int first, int last, THints hints, ref TVerb verb, ref int done)
        where TVerb : struct, IStripeVerb, allows ref struct
        where THints : struct, IRowHints
    {
        var pipeline = new PrefetchPipeline<THints>(hints, groups, first, last);
        var (putOff, epoch) = (0, _gate.Reclaimer.Enter());
        try
        {
            for (int block = first, end; block < last; block = end)
            {
                end = groups.EndOfGroup(block);
                var stripe = _stripes[groups.Block(block).Stripe];
                if (stripe.Lock.TryEnter()) RunLocked(stripe, groups, block, end, ref pipeline, ref verb, ref done, ref epoch);
                else
                {
                    groups.Block(block).IsPutOff = true;
                    putOff++;
                }
            }
            for (var block = first; putOff > 0; block++)
            {
                if (!groups.Block(block).IsPutOff) continue;
                groups.Block(block).IsPutOff = false;
                putOff--;
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

    // The holder of the stripe may be making its index larger again and again: a thread that waits for it must not keep the old ones.
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

    private void RunLocked<TVerb, THints>(
        Stripe stripe, StripeGroups groups, int start, int end, ref PrefetchPipeline<THints> pipeline, ref TVerb verb, ref int done,
        ref long epoch)
        where TVerb : struct, IStripeVerb, allows ref struct
        where THints : struct, IRowHints
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
        var view = stripe.Pass.View;
        for (var i = block.Start; i < block.Start + block.Count; i++)
        {
            verb.Process(stripe, ref view, positions[i], hashes[i], ref guesses[i]);
            done++;
        }
        verb.EndBlock(stripe);
    }

    private string Foreign(long id, int position) =>
        $"Table '{table}' owns {range} of the mixed ids; id {id} at position {position} is of range {IdRange.IndexOf(id, range.Count)}. "
        + "Send each id to the set that owns its range.";
}
