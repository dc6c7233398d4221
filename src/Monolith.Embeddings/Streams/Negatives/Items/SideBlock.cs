using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>A piece of the values of an item: a cache line.</summary>
internal struct SideBlock
{
    /// <summary>How many words it holds.</summary>
    public const int Words = 7;

    /// <summary>The words.</summary>
    public WordList Values;

    /// <summary>The next block of the item, or the next free one, or -1.</summary>
    public int Next;

    /// <summary>The words of one block.</summary>
    [InlineArray(Words)]
    public struct WordList
    {
        private long _first;
    }
}
