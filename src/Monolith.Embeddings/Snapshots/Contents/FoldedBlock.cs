using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>A block that is to be folded.</summary>
/// <param name="File">The place of its file in the chain; 0 is the full.</param>
/// <param name="Block">Its place in the file.</param>
/// <param name="IsRemoval">Whether it holds ids of removed rows; else it holds rows.</param>
/// <param name="Entry">What the directory says of it.</param>
internal readonly record struct FoldedBlock(int File, int Block, bool IsRemoval, BlockEntry Entry)
{
    /// <summary>About how many of its ids are of a range: mixed ids are spread evenly.</summary>
    public double ItemsIn(KeyRange range)
    {
        var (first, last) = (Math.Max(range.First, Entry.First), Math.Min(range.Last, Entry.Last));
        return last < first ? 0 : Entry.Items * ((last - first + 1.0) / (Entry.Last - Entry.First + 1.0));
    }
}
