using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// A number for each of some ids, in the order of the ids, in blocks of native memory: whatever ids are chosen, a search takes a few
/// steps, and a change moves no more than a block. Not thread-safe.
/// </summary>
/// <param name="account">Pays for the blocks.</param>
internal sealed unsafe class OrderedIds(MemoryAccount account) : IDisposable
{
    public const int NotFound = -1;

    private const int MostInBlock = 256, BlockBytes = MostInBlock * (sizeof(ulong) + sizeof(int));

    // Two blocks that fill less than this of one become one; a bit less than the whole, or they would come and go with each change.
    private const int MostMerged = MostInBlock / 8 * 7;

    private Block[] _blocks = [];
    private int _blockCount;

    public int Count { get; private set; }

    /// <summary>
    /// The memory of the blocks: 24 bytes an id at most while ids come, since those that come in order fill blocks and others half of them;
    /// 28 where ids go.
    /// </summary>
    public long Bytes => (long)_blockCount * BlockBytes;

    /// <summary>The number of an id, or <see cref="NotFound"/>.</summary>
    public int Find(ulong id)
    {
        if (_blockCount == 0) return NotFound;
        ref var block = ref _blocks[BlockOf(id)];
        var place = block.PlaceOf(id);
        return block.Holds(place, id) ? block.Numbers[place] : NotFound;
    }

    /// <summary>Gives an id that is there another number.</summary>
    public void Set(ulong id, int number)
    {
        ref var block = ref _blocks[BlockOf(id)];
        block.Numbers[block.PlaceOf(id)] = number;
    }

    /// <summary>Adds an id that is not there.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory; nothing changed.</exception>
    public void Add(ulong id, int number)
    {
        if (_blockCount == 0) Insert(0, NewBlock());
        var at = BlockOf(id);
        if (_blocks[at].Count == MostInBlock) at = MakeRoom(at, id);
        _blocks[at].Insert(id, number);
        Count++;
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(ulong id)
    {
        if (_blockCount == 0) return false;
        var at = BlockOf(id);
        var place = _blocks[at].PlaceOf(id);
        if (!_blocks[at].Holds(place, id)) return false;
        _blocks[at].RemoveAt(place);
        Count--;
        if (_blocks[at].Count == 0) RemoveBlock(at);
        else if (!TryMerge(at)) TryMerge(at - 1);
        return true;
    }

    /// <summary>Removes those that a question is answered by yes for.</summary>
    public void RemoveWhere(Func<ulong, int, bool> goes)
    {
        for (var at = _blockCount - 1; at >= 0; at--)
        {
            Count -= _blocks[at].RemoveWhere(goes);
            if (_blocks[at].Count == 0) RemoveBlock(at);
            else TryMerge(at);
        }
    }

    public void Dispose()
    {
        while (_blockCount > 0) RemoveBlock(_blockCount - 1);
        Count = 0;
    }

    // The last block that begins at the id or before it; the first one where none does.
    private int BlockOf(ulong id)
    {
        var (low, high) = (1, _blockCount);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_blocks[middle].Ids[0] <= id) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    private Block NewBlock() => new(account.Allocate(BlockBytes));

    // An id that comes last of all begins a block: ids that come in order fill theirs. Another one cuts its block in half.
    private int MakeRoom(int at, ulong id)
    {
        var next = NewBlock();
        var isLast = at == _blockCount - 1 && id > _blocks[at].Ids[MostInBlock - 1];
        if (!isLast) _blocks[at].MoveUpperHalf(ref next);
        Insert(at + 1, next);
        return isLast || id >= _blocks[at + 1].Ids[0] ? at + 1 : at;
    }

    private bool TryMerge(int at)
    {
        if (at < 0 || at + 1 >= _blockCount || _blocks[at].Count + _blocks[at + 1].Count > MostMerged) return false;
        _blocks[at].Append(in _blocks[at + 1]);
        RemoveBlock(at + 1);
        return true;
    }

    private void Insert(int at, Block block)
    {
        if (_blockCount == _blocks.Length) Array.Resize(ref _blocks, Math.Max(4, 2 * _blockCount));
        Array.Copy(_blocks, at, _blocks, at + 1, _blockCount - at);
        _blocks[at] = block;
        _blockCount++;
    }

    private void RemoveBlock(int at)
    {
        _blocks[at].Memory.Dispose();
        _blockCount--;
        Array.Copy(_blocks, at + 1, _blocks, at, _blockCount - at);
        _blocks[_blockCount] = default;
    }

    // The ids first, then their numbers.
    private struct Block(NativeBlock memory)
    {
        public NativeBlock Memory { get; } = memory;

        public int Count { get; private set; }

        public readonly Span<ulong> Ids => new(Memory.Pointer, MostInBlock);

        public readonly Span<int> Numbers => new(Memory.Pointer + MostInBlock * sizeof(ulong), MostInBlock);

        public readonly bool Holds(int place, ulong id) => place < Count && Ids[place] == id;

        /// <summary>The place of an id, or the one that it would have.</summary>
        public readonly int PlaceOf(ulong id)
        {
            var place = Ids[..Count].BinarySearch(id);
            return place < 0 ? ~place : place;
        }

        public void Insert(ulong id, int number)
        {
            var place = PlaceOf(id);
            Ids[place..Count].CopyTo(Ids[(place + 1)..]);
            Numbers[place..Count].CopyTo(Numbers[(place + 1)..]);
            (Ids[place], Numbers[place]) = (id, number);
            Count++;
        }

        public void RemoveAt(int place)
        {
            Ids[(place + 1)..Count].CopyTo(Ids[place..]);
            Numbers[(place + 1)..Count].CopyTo(Numbers[place..]);
            Count--;
        }

        public int RemoveWhere(Func<ulong, int, bool> goes)
        {
            var kept = 0;
            for (var place = 0; place < Count; place++)
            {
                if (goes(Ids[place], Numbers[place])) continue;
                (Ids[kept], Numbers[kept]) = (Ids[place], Numbers[place]);
                kept++;
            }
            var removed = Count - kept;
            Count = kept;
            return removed;
        }

        public void MoveUpperHalf(ref Block upper)
        {
            Ids[(MostInBlock / 2)..].CopyTo(upper.Ids);
            Numbers[(MostInBlock / 2)..].CopyTo(upper.Numbers);
            (Count, upper.Count) = (MostInBlock / 2, MostInBlock / 2);
        }

        public void Append(in Block next)
        {
            next.Ids[..next.Count].CopyTo(Ids[Count..]);
            next.Numbers[..next.Count].CopyTo(Numbers[Count..]);
            Count += next.Count;
        }
    }
}
