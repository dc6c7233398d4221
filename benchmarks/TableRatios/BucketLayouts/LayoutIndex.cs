using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using TableRatios.Flat;

namespace TableRatios.BucketLayouts;

/// <summary>A cuckoo index of a layout, of fixed size: one thread, no stripes, no locks.</summary>
internal sealed unsafe class LayoutIndex<TLayout> : IDisposable
    where TLayout : unmanaged, IBucketLayout<TLayout>
{
    private const int BucketBytes = 64, MostNodes = 2048;

    private readonly HugeMapping _memory;
    private readonly TLayout _layout;
    private readonly (uint Bucket, int Parent, int Slot)[] _nodes = new (uint, int, int)[MostNodes];

    /// <param name="rows">How many ids there will be.</param>
    /// <param name="fill">The share of slots that they will fill.</param>
    public LayoutIndex(int rows, double fill)
    {
        var count = (uint)Math.Ceiling(rows / (fill * TLayout.Slots));
        Bytes = (long)count * BucketBytes;
        _memory = new HugeMapping(Bytes);
        _layout = TLayout.Over(_memory.Pointer, count);
    }

    public long Bytes { get; }

    public ref readonly TLayout Layout => ref _layout;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash, bool both)
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(_memory.Pointer + (long)_layout.First(hash) * BucketBytes);
        if (both) Sse.Prefetch0(_memory.Pointer + (long)_layout.Second(hash) * BucketBytes);
    }

    public void Insert(long id, ulong hash, int row)
    {
        var (first, second) = (_layout.First(hash), _layout.Second(hash));
        if (!TrySet(first, id, hash, row) && !TrySet(second, id, hash, row)) Displace(first, second, id, hash, row);
    }

    public void Dispose() => _memory.Dispose();

    private bool TrySet(uint bucket, long id, ulong hash, int row)
    {
        var slot = _layout.EmptySlot(bucket);
        if (slot >= 0) _layout.Set(bucket, slot, id, hash, row);
        return slot >= 0;
    }

    // Breadth first, so that the chain of moves is the shortest.
    private void Displace(uint first, uint second, long id, ulong hash, int row)
    {
        _nodes[0] = (first, -1, -1);
        _nodes[1] = (second, -1, -1);
        var count = 2;
        for (var at = 0; at < count; at++)
        {
            for (var slot = 0; slot < TLayout.Slots && count < MostNodes; slot++)
            {
                var target = _layout.Other(_nodes[at].Bucket, slot);
                if (IsOnPath(at, target)) continue;
                _nodes[count++] = (target, at, slot);
                var hole = _layout.EmptySlot(target);
                if (hole < 0) continue;
                Shift(count - 1, hole, id, hash, row);
                return;
            }
        }
        throw new InvalidOperationException($"{TLayout.Name}: no chain of moves makes room; the fill is beyond what this layout bears.");
    }

    private bool IsOnPath(int node, uint bucket)
    {
        for (; node >= 0; node = _nodes[node].Parent)
        {
            if (_nodes[node].Bucket == bucket) return true;
        }
        return false;
    }

    private void Shift(int node, int hole, long id, ulong hash, int row)
    {
        for (; _nodes[node].Parent >= 0; node = _nodes[node].Parent)
        {
            _layout.Move(_nodes[_nodes[node].Parent].Bucket, _nodes[node].Slot, _nodes[node].Bucket, hole);
            hole = _nodes[node].Slot;
        }
        _layout.Set(_nodes[node].Bucket, hole, id, hash, row);
    }
}
