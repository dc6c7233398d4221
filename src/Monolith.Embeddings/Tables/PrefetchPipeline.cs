using System.Runtime.CompilerServices;
using Monolith.Embeddings.Indexing;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Keeps the memory of the ids to come on its way to the core, across stripes and without their locks: first the line of an id's first bucket, then,
/// if that is where the id is likely to be, its row, else the line of its second bucket and then its row. Each step is as far ahead of the next as a
/// miss takes. What it finds are hints, to be checked under the lock.
/// </summary>
internal ref struct PrefetchPipeline(Stripe[] stripes, StripeGroups groups, int rowBytes)
{
    /// <summary>How many ids each step runs ahead of the next: enough to cover a miss, few enough for all lines to stay in L1.</summary>
    public const int Window = 16;

    private readonly Stripe[] _stripes = stripes;
    private readonly ReadOnlySpan<ulong> _hashes = groups.Hashes;
    private readonly Span<int> _guesses = groups.Guesses;
    private readonly int _shift = groups.Shift;
    private int _fetched, _guessed, _settled;

    /// <summary>To be called before the ids up to <paramref name="end"/> are processed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int end)
    {
        FetchFirstBuckets(Math.Min(_hashes.Length, end + 3 * Window));
        GuessFirst(Math.Min(_hashes.Length, end + 2 * Window));
        GuessSecond(Math.Min(_hashes.Length, end + Window));
    }

    private void FetchFirstBuckets(int end)
    {
        for (var i = _fetched; i < end; i++) StripeOf(_hashes[i]).Buckets.Prefetch(_hashes[i]);
        _fetched = Math.Max(_fetched, end);
    }

    private void GuessFirst(int end)
    {
        for (var i = _guessed; i < end; i++)
        {
            var stripe = StripeOf(_hashes[i]);
            var guess = stripe.Buckets.GuessFirst(_hashes[i]);
            _guesses[i] = guess;
            if (guess >= 0) stripe.PrefetchRow(guess, rowBytes);
        }
        _guessed = Math.Max(_guessed, end);
    }

    private void GuessSecond(int end)
    {
        for (var i = _settled; i < end; i++)
        {
            if (_guesses[i] != BucketArray.AskSecond) continue;
            var stripe = StripeOf(_hashes[i]);
            var guess = stripe.Buckets.GuessSecond(_hashes[i]);
            _guesses[i] = guess;
            if (guess >= 0) stripe.PrefetchRow(guess, rowBytes);
        }
        _settled = Math.Max(_settled, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Stripe StripeOf(ulong hash) => _stripes[(int)(hash >> _shift >> 1)];
}
