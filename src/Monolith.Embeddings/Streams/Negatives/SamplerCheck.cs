using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>Checks a state that was read: nothing in it may point outside.</summary>
internal static class SamplerCheck
{
    /// <exception cref="FormatException">Something does.</exception>
    public static void Require(SamplerArrays arrays)
    {
        ref readonly var frontier = ref arrays.Frontier;
        Require(frontier.Items >= 0 && frontier.Items <= arrays.Items.Length, "It lacks items.");
        Require(frontier.Blocks >= 0 && frontier.Blocks <= arrays.Blocks.Length, "It lacks values of items.");
        Require(IsPlace(frontier.Oldest, frontier.Items) && IsPlace(frontier.Newest, frontier.Items), "Its order of items is broken.");
        Require(IsPlace(frontier.FreeBlock, frontier.Blocks), "Its free blocks are broken.");
        for (var place = 0; place < frontier.Items; place++)
        {
            ref readonly var item = ref arrays.Items[place];
            Require(IsPlace(item.Older, frontier.Items) && IsPlace(item.Newer, frontier.Items), "Its order of items is broken.");
            Require(item.Count > 0 && double.IsFinite(item.Count), "The count of an item is no positive number.");
            Require(HasWords(arrays, in item, frontier.Blocks), "The values of an item are broken.");
        }
    }

    private static bool HasWords(SamplerArrays arrays, in KnownItem item, int blocks)
    {
        var left = item.Words;
        for (var index = item.FirstBlock; index != -1 && left > 0; index = arrays.Blocks[index].Next)
        {
            if (!IsPlace(index, blocks)) return false;
            left -= SideBlock.Words;
        }
        return item.Words >= 0 && left <= 0;
    }

    private static bool IsPlace(int place, int count) => place >= -1 && place < count;

    private static void Require(bool holds, string problem)
    {
        if (!holds) throw new FormatException(problem);
    }
}
