using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

/// <summary>The memory that the tables of a set share: the account that counts it and the budget that rows are admitted by.</summary>
internal sealed class TableMemory
{
    private const long LargestChunkBytes = LinuxMemory.HugePageBytes;
    private const long SmallestChunkBytes = 4096;
    private const int StripesGrowingAtOnce = 4;

    public TableMemory(TableSchema schema, EmbeddingTableSetOptions options)
    {
        var stripes = schema.Tables.Sum(table => (long)table.Stripes);
        // Each stripe wastes at most part of one chunk; chunks are chosen so that all stripes together waste at most an eighth of the limit.
        var share = options.MemoryLimitBytes / 8 / stripes;
        ChunkBytes = Math.Clamp((long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)share + 1) / 2, SmallestChunkBytes, LargestChunkBytes);
        var slack = Math.Min(options.MemoryLimitBytes / 4, stripes * ChunkBytes + options.MemoryLimitBytes / 16);
        Account = new MemoryAccount(options.MemoryLimitBytes);
        Budget = new RowBudget((long)((options.MemoryLimitBytes - slack) / (1 + schema.Tables.Max(GrowthShare))));
    }

    // While the index of a stripe grows, the old one, four fifths of the new one, is there as well. How much that is of all bytes depends on
    // how narrow the rows are and on how many stripes share them. A row's state is left out: that errs on the safe side.
    private static double GrowthShare(EmbeddingTableOptions table)
    {
        var rowBytes = RowLayout.HeaderBytes + sizeof(float) * table.Segments.Sum(s => s.Dimension);
        var growing = Math.Min(1.0, (double)StripesGrowingAtOnce / table.Stripes);
        return 0.85 * RowBudget.IndexBytesPerRow / (rowBytes + RowBudget.IndexBytesPerRow) * growing;
    }

    public long ChunkBytes { get; }

    public MemoryAccount Account { get; }

    public RowBudget Budget { get; }
}
