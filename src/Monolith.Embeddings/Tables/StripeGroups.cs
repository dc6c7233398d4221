using System.Collections.Concurrent;
using System.Numerics;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Tables;

/// <summary>The ids of a batch, mixed and grouped by stripe, by a counting sort that keeps equal ids in the order of the batch.</summary>
internal sealed class StripeGroups
{
    private static readonly ConcurrentBag<StripeGroups> Idle = [];

    private readonly int[] _ends = new int[EmbeddingTableOptions.MaxStripes];
    private ulong[] _mixed = [];
    private ulong[] _hashes = [];
    private int[] _positions = [];
    private int[] _guesses = [];

    public static StripeGroups Rent() => Idle.TryTake(out var groups) ? groups : new StripeGroups();

    public void Return() => Idle.Add(this);

    /// <summary>The mixed ids, group after group.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes;

    /// <summary>The place in the batch of each of <see cref="Hashes"/>.</summary>
    public ReadOnlySpan<int> Positions => _positions;

    /// <summary>Scratch beside <see cref="Hashes"/>.</summary>
    public Span<int> Guesses => _guesses;

    /// <summary>The stripe of the first id: a start that differs between batches, but depends on nothing else.</summary>
    public int FirstStripe { get; private set; }

    /// <summary>Where a stripe's group begins and ends in <see cref="Hashes"/>.</summary>
    public (int Start, int End) this[int stripe] => (stripe == 0 ? 0 : _ends[stripe - 1], _ends[stripe]);

    /// <param name="ids">The batch.</param>
    /// <param name="stripes">How many stripes, a power of two.</param>
    /// <param name="offset">What to add to each position.</param>
    public void Build(ReadOnlySpan<long> ids, int stripes, int offset)
    {
        Reserve(ids.Length);
        var ends = _ends.AsSpan(0, stripes);
        ends.Clear();
        // A shift by 64 would be a shift by 0; one stripe takes everything by shifting twice.
        var shift = 63 - BitOperations.Log2((uint)stripes);
        for (var i = 0; i < ids.Length; i++)
        {
            var hash = KeyMixer.Mix(unchecked((ulong)ids[i]));
            _mixed[i] = hash;
            ends[(int)(hash >> shift >> 1)]++;
        }
        FirstStripe = (int)(_mixed[0] >> shift >> 1);
        var start = 0;
        foreach (ref var end in ends) (end, start) = (start, start + end);
        for (var i = 0; i < ids.Length; i++)
        {
            var hash = _mixed[i];
            var place = ends[(int)(hash >> shift >> 1)]++;
            _hashes[place] = hash;
            _positions[place] = offset + i;
        }
    }

    /// <summary>The stripe of a mixed id among <paramref name="stripes"/>, a power of two.</summary>
    public static int StripeOf(ulong hash, int stripes) => (int)(hash >> (63 - BitOperations.Log2((uint)stripes)) >> 1);

    private void Reserve(int count)
    {
        if (_mixed.Length >= count) return;
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 256));
        _mixed = new ulong[capacity];
        _hashes = new ulong[capacity];
        _positions = new int[capacity];
        _guesses = new int[capacity];
    }
}
