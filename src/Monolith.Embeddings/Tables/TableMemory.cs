using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables;

/// <summary>The memory that the tables of a set share: the account that counts it and the budget that rows are admitted by.</summary>
internal sealed class TableMemory
{
    private const long LargestChunkBytes = LinuxMemory.HugePageBytes;
    private const long SmallestChunkBytes = 4096;

    public TableMemory(TableSchema schema, EmbeddingTableSetOptions options)
    {
        var stripes = schema.Tables.Sum(table => (long)table.Stripes);
        // Each stripe wastes at most part of one chunk; chunks are chosen so that all stripes together waste at most an eighth of the limit.
        var share = options.MemoryLimitBytes / 8 / stripes;
        ChunkBytes = Math.Clamp((long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)share + 1) / 2, SmallestChunkBytes, LargestChunkBytes);
        var slack = Math.Min(options.MemoryLimitBytes / 4, stripes * ChunkBytes + options.MemoryLimitBytes / 16);
        Account = new MemoryAccount(options.MemoryLimitBytes);
        Budget = new RowBudget(options.MemoryLimitBytes - slack);
    }

    public long ChunkBytes { get; }

    public MemoryAccount Account { get; }

    public RowBudget Budget { get; }
}
