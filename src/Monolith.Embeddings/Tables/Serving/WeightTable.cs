using System.Diagnostics;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;

namespace Monolith.Embeddings.Tables.Serving;

/// <summary>
/// The weights of a table alone, in the format of a replica: read by many threads while others write. A row is never read half-written.
/// Thread-safe, except <see cref="Dispose"/>.
/// </summary>
[DebuggerDisplay("{Name}: {Count} rows of {Dimension}")]
internal sealed partial class WeightTable : IDisposable
{
    public const int DefaultStripes = 64;

    private const int ChunkIds = 65_536;
    private const double MaximumFill = 0.92;

    private readonly WeightEncoding _encoding;
    private readonly WeightStripe[] _stripes;
    private readonly Reclaimer _reclaimer = new();

    /// <param name="name">The table's name.</param>
    /// <param name="encoding">How a row is written.</param>
    /// <param name="rows">How many rows to have room for from the start.</param>
    /// <param name="account">Pays for the memory.</param>
    /// <param name="stripes">How many stripes, a power of two.</param>
    /// <exception cref="OutOfMemoryException">There is not enough memory; none was kept.</exception>
    public WeightTable(string name, WeightEncoding encoding, long rows, MemoryAccount account, int stripes = DefaultStripes)
    {
        (Name, _encoding, _stripes) = (name, encoding, new WeightStripe[stripes]);
        Ranked = new ReplicaRows(name, encoding, _stripes);
        // A stripe's share of random ids varies by its root; four times that, and few stripes grow at once.
        var share = (double)rows / stripes;
        var capacity = (long)(share + 4 * Math.Sqrt(share));
        try
        {
            for (var i = 0; i < stripes; i++)
                _stripes[i] = new WeightStripe(
                    new CuckooRows(encoding.RowBytes, account, _reclaimer, new IndexSizes((double)i / stripes, MaximumFill), capacity));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public int Dimension => _encoding.Dimension;

    /// <summary>The rows, for a search.</summary>
    public ReplicaRows Ranked { get; }

    /// <summary>The number of rows; while other threads write, one that was true stripe by stripe.</summary>
    public long Count => _stripes.Sum(stripe => (long)stripe.Rows.Count);

    /// <summary>The memory of the rows and what leads to them.</summary>
    public long Bytes => _stripes.Sum(stripe => stripe.Rows.Bytes);

    /// <summary>Frees the memory. The table is not used any more.</summary>
    public void Dispose()
    {
        foreach (var stripe in _stripes) stripe?.Dispose();
        _reclaimer.Dispose();
    }

    private void ForEach<TVerb>(ReadOnlySpan<long> ids, ref TVerb verb)
        where TVerb : struct, IWeightVerb, allows ref struct
    {
        for (int start = 0, length; start < ids.Length; start += length)
        {
            length = Math.Min(ChunkIds, ids.Length - start);
            var groups = StripeGroups.Rent();
            var epoch = _reclaimer.Enter();
            try
            {
                groups.Build(ids.Slice(start, length), _stripes.Length, _stripes.Length, start, ulong.MaxValue);
                RunChunk(groups, ref verb);
            }
            finally
            {
                _reclaimer.Exit(epoch);
                groups.Return();
            }
        }
    }

    // A stripe is held for a block of ids at a time: readers and the writer pass one another.
    private void RunChunk<TVerb>(StripeGroups groups, ref TVerb verb)
        where TVerb : struct, IWeightVerb, allows ref struct
    {
        var pipeline = new PrefetchPipeline<WeightHints>(new WeightHints(_stripes), groups, 0, groups.BlockCount);
        for (var i = 0; i < groups.BlockCount; i++)
        {
            pipeline.Advance(i);
            ref readonly var block = ref groups.Block(i);
            verb.Prepare(groups, in block);
            var stripe = _stripes[block.Stripe];
            if (!TVerb.MayBePutOff) stripe.Lock.Enter();
            else if (!stripe.Lock.TryEnter())
            {
                groups.Block(i).IsPutOff = true;
                continue;
            }
            RunLocked(stripe, groups, in block, ref verb);
        }
        for (var i = 0; i < groups.BlockCount; i++)
        {
            if (!groups.Block(i).IsPutOff) continue;
            var stripe = _stripes[groups.Block(i).Stripe];
            stripe.Lock.Enter();
            RunLocked(stripe, groups, in groups.Block(i), ref verb);
        }
    }

    private static void RunLocked<TVerb>(WeightStripe stripe, StripeGroups groups, in IdBlock block, ref TVerb verb)
        where TVerb : struct, IWeightVerb, allows ref struct
    {
        try
        {
            verb.Process(stripe.Rows, groups, in block);
        }
        finally
        {
            stripe.Lock.Exit();
        }
    }

    private void RequireRows(int ids, int floats, string what) => BatchArguments.RequireRows(Name, Dimension, ids, floats, what);
}
