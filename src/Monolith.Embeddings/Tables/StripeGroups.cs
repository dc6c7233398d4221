using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
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
    private int _count, _first, _mask;

    public static StripeGroups Rent() => Idle.TryTake(out var groups) ? groups : new StripeGroups();

    public void Return() => Idle.Add(this);

    /// <summary>The mixed ids, group after group.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, _count);

    /// <summary>The place in the batch of each of <see cref="Hashes"/>.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, _count);

    /// <summary>Scratch beside <see cref="Hashes"/>.</summary>
    public Span<int> Guesses => _guesses.AsSpan(0, _count);

    /// <summary>A mixed id's stripe is its value shifted right by this and then by 1 more: a shift by 64 would be a shift by 0.</summary>
    public int Shift { get; private set; }

    /// <summary>Groups that were put off, by where they start; empty after <see cref="Build"/>.</summary>
    public List<int> PutOff { get; } = new(EmbeddingTableOptions.MaxStripes);

    /// <summary>Where the group ends that starts at a place of <see cref="Hashes"/>.</summary>
    public int EndOf(int start) => _ends[Group(_hashes[start])];

    /// <param name="ids">The batch, at least one id.</param>
    /// <param name="stripes">How many stripes, a power of two.</param>
    /// <param name="offset">What to add to each position.</param>
    /// <param name="hashMask">Which bits of a mixed id take part.</param>
    public void Build(ReadOnlySpan<long> ids, int stripes, int offset, ulong hashMask)
    {
        Reserve(ids.Length);
        PutOff.Clear();
        _count = ids.Length;
        _mask = stripes - 1;
        Shift = 63 - BitOperations.Log2((uint)stripes);
        // The first id's stripe comes first: threads start at different stripes, but depend on nothing else than their batch.
        _first = (int)((KeyMixer.Mix(unchecked((ulong)ids[0])) & hashMask) >> Shift >> 1);
        Count(ids, hashMask);
        var start = 0;
        foreach (ref var end in _ends.AsSpan(0, stripes)) (end, start) = (start, start + end);
        Scatter(offset);
    }

    private void Count(ReadOnlySpan<long> ids, ulong hashMask)
    {
        _ends.AsSpan(0, _mask + 1).Clear();
        var mixed = _mixed.AsSpan(0, ids.Length);
        for (var i = 0; i < mixed.Length; i++)
        {
            var hash = KeyMixer.Mix(unchecked((ulong)ids[i])) & hashMask;
            mixed[i] = hash;
            _ends[Group(hash)]++;
        }
    }

    private void Scatter(int offset)
    {
        var mixed = _mixed.AsSpan(0, _count);
        for (var i = 0; i < mixed.Length; i++)
        {
            var hash = mixed[i];
            var place = _ends[Group(hash)]++;
            _hashes[place] = hash;
            _positions[place] = offset + i;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Group(ulong hash) => ((int)(hash >> Shift >> 1) - _first) & _mask;

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
