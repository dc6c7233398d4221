using Monolith.Embeddings.Snapshots.Folding;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>How <see cref="SnapshotCompactor"/> folds a chain.</summary>
public sealed class SnapshotCompactionOptions : IValidatedOptions
{
    /// <summary>The smallest <see cref="IndexBytes"/>: 64 KiB.</summary>
    public const long MinIndexBytes = 1 << 16;

    /// <summary>
    /// How much memory may say which rows the deltas replace or remove, in bytes: <see cref="MinIndexBytes"/> to 2^34. Default 64 MiB, some
    /// 2,000,000 ids at once. Where the deltas hold more, the ids are done range by range; files whose blocks are wider than a range, as
    /// those of tables with few stripes are, are then read once for each.
    /// </summary>
    public long IndexBytes { get; set; } = FoldingIndex.DefaultBytes;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors) => errors.InRange(nameof(IndexBytes), IndexBytes, MinIndexBytes, 1L << 34);
}
