using System.Numerics;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>
/// The ids of a batch, mixed and grouped by stripe, by a counting sort that keeps equal ids in the order of the batch; each group cut into
/// blocks. The buffers are pinned, so that the loops over them need neither checks nor spans.
/// </summary>
internal sealed unsafe class StripeGroups
{
    private const int SmallestCapacity = 256;

    private static readonly ObjectPool<StripeGroups> Idle = new(() => new StripeGroups());

    private readonly int[] _ends = GC.AllocateUninitializedArray<int>(EmbeddingTableOptions.MaxStripes, pinned: true);
    private readonly PinnedBuffer<ulong> _mixed = new(), _hashes = new();
    private readonly PinnedBuffer<int> _positions = new(), _guesses = new();
    private readonly PinnedBuffer<byte> _strays = new();
    private readonly PinnedBuffer<IdBlock> _blocks = new();
    private int _capacity;

    public static StripeGroups Rent() => Idle.Rent();

    public void Return() => Idle.Return(this);

    /// <summary>The mixed ids, group after group.</summary>
    public ulong* Hashes => _hashes.Pointer;

    /// <summary>The place in the batch of each of <see cref="Hashes"/>.</summary>
    public int* Positions => _positions.Pointer;

    /// <summary>The likely row handle of each of <see cref="Hashes"/>.</summary>
    public int* Guesses => _guesses.Pointer;

    /// <summary>Scratch of the pipeline beside <see cref="Hashes"/>.</summary>
    public byte* Strays => _strays.Pointer;

    public int BlockCount { get; private set; }

    /// <summary>How many blocks are about as many ids as one step of the pipeline should be ahead of the next.</summary>
    public int BlocksAhead { get; private set; }

    /// <summary>Whether <see cref="Guesses"/> say where a verb found the ids, so that they need not be looked for.</summary>
    public bool AreGuessed { get; set; }

    public ref IdBlock Block(int block) => ref _blocks.Pointer[block];

    /// <summary>The block after the last one of a block's group.</summary>
    public int EndOfGroup(int block)
    {
        var stripe = Block(block).Stripe;
        while (++block < BlockCount && Block(block).Stripe == stripe)
        {
        }
        return block;
    }

    /// <param name="ids">The batch, at least one id.</param>
    /// <param name="stripes">How many stripes, a power of two.</param>
    /// <param name="allStripes">How many there are of all ids; more where the table owns a range of them.</param>
    /// <param name="offset">What to add to each position.</param>
    /// <param name="hashMask">Which bits of a mixed id take part.</param>
    public void Build(ReadOnlySpan<long> ids, int stripes, int allStripes, int offset, ulong hashMask)
    {
        Reserve(ids.Length);
        BlockCount = 0;
        AreGuessed = false;
        var (shift, mask) = (StripeChoice.ShiftTo(allStripes), (uint)stripes - 1);
        fixed (long* first = ids)
        fixed (int* ends = _ends)
        {
            Count(first, ids.Length, stripes, shift, hashMask, ends);
            // The first id's stripe comes first, so that threads start at different stripes.
            CutIntoBlocks(ends, stripes, (int)(StripeChoice.Shifted(_mixed.Pointer[0], shift) & mask));
            Scatter(ids.Length, shift, mask, offset, ends);
        }
        BlocksAhead = Math.Max(1, IdBlock.MaxCount * BlockCount / ids.Length);
    }

    private void Count(long* ids, int count, int stripes, int shift, ulong hashMask, int* ends)
    {
        new Span<int>(ends, stripes).Clear();
        var mixed = _mixed.Pointer;
        var mask = (uint)stripes - 1;
        for (var i = 0; i < count; i++)
        {
            var hash = KeyMixer.Mix(unchecked((ulong)ids[i])) & hashMask;
            mixed[i] = hash;
            ends[StripeChoice.Shifted(hash, shift) & mask]++;
        }
    }

    // Turns the size of each group into its start; scattering turns that into its end.
    private void CutIntoBlocks(int* ends, int stripes, int firstStripe)
    {
        var start = 0;
        for (var i = 0; i < stripes; i++)
        {
            var stripe = (firstStripe + i) & (stripes - 1);
            var end = start + ends[stripe];
            ends[stripe] = start;
            for (; start < end; start += Block(BlockCount++).Count)
                Block(BlockCount) = new IdBlock { Start = start, Count = Math.Min(IdBlock.MaxCount, end - start), Stripe = stripe };
        }
    }

    private void Scatter(int count, int shift, uint mask, int offset, int* ends)
    {
        var mixed = _mixed.Pointer;
        var hashes = _hashes.Pointer;
        var positions = _positions.Pointer;
        for (var i = 0; i < count; i++)
        {
            var hash = mixed[i];
            var place = ends[StripeChoice.Shifted(hash, shift) & mask]++;
            hashes[place] = hash;
            positions[place] = offset + i;
        }
    }

    private void Reserve(int count)
    {
        if (_capacity >= count) return;
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, SmallestCapacity));
        _mixed.Reserve(capacity);
        _hashes.Reserve(capacity);
        _positions.Reserve(capacity);
        _guesses.Reserve(capacity);
        _strays.Reserve(capacity);
        _blocks.Reserve(capacity / IdBlock.MaxCount + Math.Min(capacity, EmbeddingTableOptions.MaxStripes));
        // Last: where the collector's heap is exhausted, what was reserved stays at least as large as before.
        _capacity = capacity;
    }
}
