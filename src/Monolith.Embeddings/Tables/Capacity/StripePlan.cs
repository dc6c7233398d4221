using System.Numerics;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>
/// How a table is cut up. Each stripe wastes something: part of a chunk, and what the library keeps beside the rows. Where the memory limit
/// is small there are fewer stripes and smaller chunks, so that the waste stays within what the limit sets aside for it.
/// </summary>
/// <param name="Stripes">How many stripes, a power of two.</param>
/// <param name="ChunkBytes">How large the chunks of rows are.</param>
/// <param name="SharesPages">Whether stripes cut their memory from shared huge pages.</param>
internal readonly record struct StripePlan(int Stripes, long ChunkBytes, bool SharesPages)
{
    /// <summary>What one stripe wastes at least: two of the smallest chunks, and the objects around them.</summary>
    public const long SmallestWaste = ChunksWasted * SmallestChunkBytes + BytesBesideRows;

    private const long SmallestChunkBytes = 4096;
    private const long LargestChunkBytes = PagePool.PieceBytes;

    // The last chunk is part-filled, and one more quarter is kept against growing again at once; or the first one is copied to twice its
    // size.
    private const int ChunksWasted = 2;

    // A page that the stripes share is part-filled; where that is more than one in so many of what may be wasted, they share none.
    private const int SharedPageShare = 8;

    // The smallest index and the objects.
    private const long BytesBesideRows = 8192;

    // A chunk of this many rows or more leaves little unused at its end, whatever its size.
    private const int RowsThatFillAnyChunk = 16;

    /// <param name="stripes">The most stripes that are wanted, a power of two.</param>
    /// <param name="wasteBytes">How much the table may waste.</param>
    /// <param name="rowBytes">The bytes of a row.</param>
    public static StripePlan For(int stripes, long wasteBytes, int rowBytes)
    {
        while (stripes > 1 && wasteBytes / stripes < SmallestWaste) stripes /= 2;
        var chunk = Math.Max(SmallestChunkBytes, (wasteBytes / stripes - BytesBesideRows) / ChunksWasted);
        chunk = Math.Min(LargestChunkBytes, 1L << BitOperations.Log2((ulong)chunk));
        var sharesPages = wasteBytes >= SharedPageShare * LinuxMemory.HugePageBytes;
        return new StripePlan(
            stripes, chunk >= RowsThatFillAnyChunk * rowBytes ? chunk : Math.Max(1, chunk / rowBytes) * rowBytes, sharesPages);
    }
}
