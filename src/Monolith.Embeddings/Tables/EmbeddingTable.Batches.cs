using System.Runtime.CompilerServices;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private const int ChunkIds = 65_536;

    // How many ids ahead the buckets (twice this) and rows (once) are fetched: enough to cover a miss, few enough to stay in L1.
    private const int Window = 16;

    /// <summary>Runs a verb over a batch: grouped by stripe, prefetched, each stripe locked once a chunk.</summary>
    private void ForEach<TVerb>(ReadOnlySpan<long> ids, int rowBytes, ref TVerb verb, RowGrant? grant = null)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        if (ids.Length == 0) RequireOpen();
        for (int start = 0, length; start < ids.Length; start += length)
        {
            length = TakeRoom(ids, start, grant);
            _gate.EnterShared();
            var groups = StripeGroups.Rent();
            var done = start;
            try
            {
                groups.Build(ids.Slice(start, length), _stripes.Length, start);
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
            }
        }
    }

    private void RunChunk<TVerb>(StripeGroups groups, int rowBytes, ref TVerb verb, ref int done)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        var mask = _stripes.Length - 1;
        PrefetchFront(groups, groups.FirstStripe);
        for (var i = 0; i < _stripes.Length; i++)
        {
            var index = (groups.FirstStripe + i) & mask;
            PrefetchFront(groups, (index + 1) & mask);
            var (start, end) = groups[index];
            if (start == end) continue;
            var stripe = _stripes[index];
            lock (stripe.Lock)
            {
                RunGroup(stripe, groups, start, end, rowBytes, ref verb, ref done);
            }
        }
    }

    private void PrefetchFront(StripeGroups groups, int index)
    {
        var (start, end) = groups[index];
        PrefetchBuckets(_stripes[index], groups.Hashes, start, Math.Min(end, start + 2 * Window));
    }

    private static void RunGroup<TVerb>(
        Stripe stripe, StripeGroups groups, int start, int end, int rowBytes, ref TVerb verb, ref int done)
        where TVerb : struct, IStripeVerb, allows ref struct
    {
        var hashes = groups.Hashes;
        var positions = groups.Positions;
        var guesses = groups.Guesses;
        PrefetchRows(stripe, hashes, guesses, start, Math.Min(end, start + Window), rowBytes);
        for (var window = start; window < end; window += Window)
        {
            PrefetchBuckets(stripe, hashes, window + 2 * Window, Math.Min(end, window + 3 * Window));
            PrefetchRows(stripe, hashes, guesses, window + Window, Math.Min(end, window + 2 * Window), rowBytes);
            for (var i = window; i < Math.Min(end, window + Window); i++)
            {
                verb.Process(stripe, positions[i], hashes[i], guesses[i]);
                done++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchBuckets(Stripe stripe, ReadOnlySpan<ulong> hashes, int start, int end)
    {
        for (var i = start; i < end; i++) stripe.Prefetch(hashes[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchRows(Stripe stripe, ReadOnlySpan<ulong> hashes, Span<int> guesses, int start, int end, int bytes)
    {
        for (var i = start; i < end; i++) guesses[i] = stripe.PrefetchRow(hashes[i], bytes);
    }

    private int WeightBytes => RowLayout.HeaderBytes + Dimension * sizeof(float);

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

    private static int CountAt(ReadOnlySpan<int> counts, int position) => counts.IsEmpty ? 1 : counts[position];
}
