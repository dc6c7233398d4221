namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>Words of items, in chains of blocks; a block that is free is used again. Not thread-safe.</summary>
/// <param name="arrays">Holds the blocks, and which are free.</param>
internal sealed class SideStore(SamplerArrays arrays)
{
    /// <summary>Gives an item other words, where they differ.</summary>
    public void Store(int place, ReadOnlySpan<long> words)
    {
        if (Holds(in arrays.Items[place], words)) return;
        Release(place);
        ref var item = ref arrays.Items.Change(place);
        item.Words = words.Length;
        // From the back, so that each block knows the next one.
        for (var last = BlocksOf(words.Length) - 1; last >= 0; last--)
        {
            var (index, first) = (Take(), last * SideBlock.Words);
            ref var block = ref arrays.Blocks.Change(index);
            block = default;
            words[first..Math.Min(words.Length, first + SideBlock.Words)].CopyTo(block.Values);
            block.Next = item.FirstBlock;
            item.FirstBlock = index;
        }
    }

    /// <summary>Copies the words of an item.</summary>
    public void CopyTo(in KnownItem item, Span<long> words)
    {
        var index = item.FirstBlock;
        while (!words.IsEmpty)
        {
            ref readonly var block = ref arrays.Blocks[index];
            var count = Math.Min(words.Length, SideBlock.Words);
            block.Values[..count].CopyTo(words);
            words = words[count..];
            index = block.Next;
        }
    }

    /// <summary>Makes the blocks of an item free.</summary>
    public void Release(int place)
    {
        var index = arrays.Items[place].FirstBlock;
        if (index < 0) return;
        while (index >= 0)
        {
            ref var block = ref arrays.Blocks.Change(index);
            var next = block.Next;
            block.Next = arrays.Frontier.FreeBlock;
            arrays.Frontier.FreeBlock = index;
            index = next;
        }
        ref var item = ref arrays.Items.Change(place);
        (item.FirstBlock, item.Words) = (-1, 0);
    }

    /// <summary>Makes the words of free blocks 0.</summary>
    public void EmptyFree()
    {
        for (var index = arrays.Frontier.FreeBlock; index >= 0;)
        {
            ref var block = ref arrays.Blocks.Change(index);
            block = new SideBlock { Next = block.Next };
            index = block.Next;
        }
    }

    private static int BlocksOf(int words) => (words + SideBlock.Words - 1) / SideBlock.Words;

    private bool Holds(in KnownItem item, ReadOnlySpan<long> words)
    {
        if (item.Words != words.Length) return false;
        for (var index = item.FirstBlock; !words.IsEmpty;)
        {
            ref readonly var block = ref arrays.Blocks[index];
            var count = Math.Min(words.Length, SideBlock.Words);
            if (!block.Values[..count].SequenceEqual(words[..count])) return false;
            words = words[count..];
            index = block.Next;
        }
        return true;
    }

    private int Take()
    {
        var index = arrays.Frontier.FreeBlock;
        if (index >= 0)
        {
            arrays.Frontier.FreeBlock = arrays.Blocks[index].Next;
            return index;
        }
        index = arrays.Frontier.Blocks;
        arrays.Blocks.Reserve(index, Array.MaxLength);
        arrays.Frontier.Blocks = checked(index + 1);
        return index;
    }
}
