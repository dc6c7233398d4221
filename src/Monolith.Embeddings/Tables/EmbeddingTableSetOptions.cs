using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>What the tables of a set share.</summary>
public sealed class EmbeddingTableSetOptions : IValidatedOptions
{
    /// <summary>The smallest memory limit: 1 MiB.</summary>
    public const long SmallestMemoryLimitBytes = 1 << 20;

    /// <summary>Where the first values of all rows come from. Any number; the same seed gives the same rows on every machine. Default 0.</summary>
    public ulong Seed { get; set; }

    /// <summary>
    /// How much memory all tables of the set may take, in bytes: rows, optimizer state, index and admission counters. How many rows that is, <see cref="EmbeddingTable.RowLimit"/> says. At least
    /// <see cref="SmallestMemoryLimitBytes"/>, and 256 KiB for each table. Default: half of what the process may use on this machine or in this container.
    /// </summary>
    public long MemoryLimitBytes { get; set; } = AvailableMemory.Bytes / 2;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors) =>
        errors.InRange(nameof(MemoryLimitBytes), MemoryLimitBytes, SmallestMemoryLimitBytes, long.MaxValue);
}
